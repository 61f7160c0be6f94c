"""The errors that end a run, whatever it has read so far. Each message says what to do."""


class UsageError(Exception):
    """An option, path or configuration is invalid: exit 2."""


class NothingToCheck(Exception):
    """There is nothing to check: exit 3."""
