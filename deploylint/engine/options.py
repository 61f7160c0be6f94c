"""The options of a check, and the facts about all groups of its run."""

from __future__ import annotations

from collections.abc import Sequence

from deploylint.config.load import Config
from deploylint.documents.record import Record
from deploylint.engine.discovery import PIPED
from deploylint.model.finding import Allowance
from deploylint.model.rule import Rule
from deploylint.policy.allowance_index import AllowanceIndex, RunAllowances
from deploylint.readers.organisation import NO_ORGANISATIONS, Organisations


class CheckOptions(Record):
    """The options of a check; "" and () where they are not given.

    ``reference`` is a service, by its name or file.
    ``profile`` is a values profile.
    ``rules`` are the only ones to run, ``skip_rules`` those that are left out.
    ``services`` are those with findings to show.
    ``allow`` is whether allowances count.
    ``reasons`` is whether each allowance has to have its reason.
    ``piped`` is how messages name the standard input.
    ``details`` is whether the report names uncompared values and keys that only one side has.
    ``allowed`` is whether it shows allowed deviations, or only counts them.
    """

    reference: str = ""
    profile: str = ""
    rules: tuple[str, ...] = ()
    skip_rules: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    allow: bool = True
    reasons: bool = False
    piped: str = PIPED
    details: bool = True
    allowed: bool = True

    def wants(self, rule: Rule) -> bool:
        """Whether a rule or a built-in check is to run."""
        if rule.id in self.skip_rules:
            return False
        return rule.id in self.rules if self.rules else rule.active


class Run(Record):
    """The facts about every group of a run.

    ``today`` is the day of the run, as ``YYYY-MM-DD``.
    ``allowances`` are the configured ones, none where allowances do not count.
    ``organisations`` are those of most services, as their images and charts show.
    """

    options: CheckOptions
    config: Config
    today: str
    allowances: RunAllowances
    organisations: Organisations = NO_ORGANISATIONS

    def index_of(self, group: str, inline: Sequence[Allowance] = ()) -> AllowanceIndex:
        """The index of the configured allowances for a group, and of those in comments."""
        return self.allowances.of_group(group, inline if self.options.allow else ())


def start_run(options: CheckOptions, config: Config, today: str) -> Run:
    """A run of a configuration on a day, given as ``YYYY-MM-DD``."""
    allowances = config.allowances if options.allow else ()
    return Run(options, config, today, RunAllowances(allowances, today))
