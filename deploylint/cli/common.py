"""The options that several commands share: the configuration and the day of a run."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from deploylint.config import load as config
from deploylint.config.allowances import is_date
from deploylint.config.discovery import discover
from deploylint.engine.discovery import DEFAULT
from deploylint.model.errors import UsageError


def configuration(paths: Sequence[Path], named: Path | None, without: bool) -> config.Config:
    """The configuration of a run: the one named, none, or the one that is found."""
    if without and named not in (None, _from_environment()):
        raise UsageError("--config and --no-config exclude each other; use one of them")
    if without:
        return config.load()
    start = paths or ([DEFAULT] if DEFAULT.is_dir() else [])
    return config.load(named or discover(start))


def _from_environment() -> Path | None:
    """The configuration that the environment names, which an option overrides."""
    named = os.environ.get("DEPLOYLINT_CONFIG")
    return Path(named) if named else None


def day(written: str) -> str:
    """The day of a run in UTC."""
    if written and not is_date(written):
        raise UsageError(f"--today {written}: invalid date; use YYYY-MM-DD")
    return written or time.strftime("%Y-%m-%d", time.gmtime())
