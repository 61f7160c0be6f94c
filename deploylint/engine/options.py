"""What the command line asks of a check."""

from typing import NamedTuple

from deploylint.engine.discovery import PIPED
from deploylint.model.rule import BuiltinRule, Rule


class CheckOptions(NamedTuple):
    """What the command line asks of a check; "" and () ask for nothing in particular.

    ``reference`` is a service, by its name or file.
    ``profile`` is a values profile.
    ``rules`` are the only ones to run, ``skip_rules`` those that are left out.
    ``services`` are those whose findings are shown.
    ``allow`` is whether allowances count.
    ``reasons`` is whether each allowance has to have its reason.
    ``piped`` is how messages name the standard input.
    """

    reference: str = ""
    profile: str = ""
    rules: tuple[str, ...] = ()
    skip_rules: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    allow: bool = True
    reasons: bool = False
    piped: str = PIPED

    def wants(self, rule: Rule | BuiltinRule) -> bool:
        """Whether a rule or a built-in check is to run."""
        if rule.id in self.skip_rules:
            return False
        return rule.id in self.rules if self.rules else rule.active
