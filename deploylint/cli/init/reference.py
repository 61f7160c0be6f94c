"""Chooses the reference of a group: the service from which the others differ least.

It is compared, not guessed: each candidate stands in for the reference once. An entry point differs
rightly from what is behind it, and an outlier from everything, so neither is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median, median_low

from deploylint.compare.siblings import is_entry_point
from deploylint.config.load import Config
from deploylint.documents.paths import display_path
from deploylint.documents.record import Record
from deploylint.engine.group import check_group
from deploylint.engine.load import DeploymentGroup
from deploylint.engine.options import CheckOptions, start_run
from deploylint.engine.outlier import OUTLIER
from deploylint.engine.reference import choose_reference
from deploylint.model.progress import SILENT
from deploylint.model.service import Role, Service

OPTION = "--reference"
MOST = 10_000
"""How many services are compared in all to choose the reference of one group."""


class ProposedReference(Record):
    """The reference of a group, and why."""

    service: Service
    because: str


class _Trial(Record):
    """A service in the place of the reference.

    ``differences`` counts the violations by service, its own too. ``outliers`` counts those in
    which most others agree against it, and ``matches`` what is equal.
    """

    service: Service
    differences: Mapping[str, int]
    outliers: int
    matches: int

    @property
    def total(self) -> int:
        """How many differences there are with it as the reference."""
        return sum(self.differences.values())

    @property
    def own(self) -> int:
        """How many rules about every service it breaks itself."""
        return self.differences.get(self.service.name, 0)

    def distance(self, others: Iterable[_Trial]) -> int:
        """How much it differs from others, whichever of two is the reference.

        Of two services, one may only demand more than the other: then it alone is no difference.
        """
        name = self.service.name
        return sum(
            max(self.differences.get(other.service.name, 0), other.differences.get(name, 0))
            for other in others
            if other is not self
        )


def propose_reference(
    group: DeploymentGroup, config: Config, option: str, today: str
) -> ProposedReference:
    """The reference of a group: of the option, of the default names, or the one that fits best."""
    for service in group.services:
        names = (service.name, *service.files, *(Path(file).name for file in service.files))
        if option and (option in names or display_path(Path(option)) in names):
            return ProposedReference(service, OPTION)
    default = choose_reference(group, "", config).service
    if default is not None:
        return ProposedReference(default, f"{Path(default.files[0]).name} is the default")
    trials = [_try(service, group, config, today) for service in _candidates(group.services)]
    first, *others = _ranked(trials)
    if not others:
        return ProposedReference(first.service, "the only one that others compare with")
    next_best = f"next: {others[0].service.name}, {others[0].total}"
    return ProposedReference(first.service, f"the fewest differences, {first.total}; {next_best}")


def _ranked(trials: Sequence[_Trial]) -> list[_Trial]:
    """Trials, the best first: typical services with the fewest differences, then the others."""
    distances = {trial.service.name: trial.distance(trials) for trial in trials}
    far, broken = median(distances.values()), median_low(trial.own for trial in trials)

    def rank(trial: _Trial) -> tuple[object, ...]:
        name = trial.service.name
        is_odd = trial.outliers > 0 or distances[name] > far
        return is_odd + (trial.own > broken), trial.total, -trial.matches, name

    return sorted(trials, key=rank)


def _candidates(services: Sequence[Service]) -> list[Service]:
    """The services that may be the reference: as many as can be tried, evenly from all."""
    mains = Counter(service.main.role for service in services)
    roles = Counter(role for service in services for role in _roles(service))
    needed = {role for role, number in roles.items() if 2 * number > len(services)}
    needed.add(mains.most_common(1)[0][0])
    typical = [service for service in services if needed <= _roles(service)]
    inner = [service for service in typical if not is_entry_point(service.main)]
    kept = (inner if 2 * len(inner) > len(typical) else typical) or list(services)
    step = -(-len(kept) * len(services) // MOST)
    return sorted(kept, key=lambda service: service.name)[::step]


def _roles(service: Service) -> set[Role]:
    return {component.role for component in service.components}


def _try(service: Service, group: DeploymentGroup, config: Config, today: str) -> _Trial:
    """How a group compares with one of its services."""
    run = start_run(CheckOptions(reference=service.name, details=False), config, today)
    outcome = check_group(group, {}, run, SILENT).outcome
    violations = [judged for judged in outcome.findings if judged.status == "violation"]
    outliers = sum(violation.rule == OUTLIER for violation in violations)
    differences = Counter(violation.service for violation in violations)
    return _Trial(service, differences, outliers, sum(map(sum, outcome.counts.values())))
