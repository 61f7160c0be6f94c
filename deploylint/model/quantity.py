"""How much a Kubernetes quantity is: ``500m`` of a CPU, ``1.5Gi`` of memory.

The grammar and the suffixes are those of
https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/, read as
``resource.ParseQuantity`` in ``k8s.io/apimachinery`` reads them, which accepts a little more
(``5.``, ``.5``, and even a suffix with no digits, as 0). ``tests/data/quantities.jsonl`` holds that
library's own answers. To extend: a new suffix is one line in ``_DECIMAL`` or ``_BINARY``.

A manifest may also have spaces around a quantity, or give it as a number: pass ``text.strip()``,
and a number as it is spelled in JSON.
"""

import re
from functools import lru_cache

from deploylint.documents.regex import regex

#: How many of the units of ``parse`` make one whole (one CPU, one byte).
NANOS = 10**9

ON_AVERAGE = " on average"
"""What stands behind a quantity that an autoscaler aims at in each pod."""

_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_MAX_BINARY = (2**63 - 1) * NANOS

# Kubernetes has no such limits. Without them, a few characters could cost any amount of memory.
_MAX_LENGTH = 1000
_MAX_EXPONENT = 1000

_QUANTITY = regex(r"([-+]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)")
_EXPONENT = regex(r"[eE]([-+]?[0-9]+)")
_MISSPELLED = {"K": "k or Ki", "ki": "Ki", "mi": "Mi", "KI": "Ki", "MI": "Mi", "g": "G", "gi": "Gi"}
_MISSPELLED |= {"KB": "k or Ki", "MB": "M or Mi", "GB": "G or Gi", "TB": "T or Ti", "b": "none"}


@lru_cache(maxsize=4096)
def parse(text: str) -> int:
    """The exact value of a quantity, as a count of nanos: 1 is 10**9.

    As in Kubernetes, what is finer than a nano is rounded up, away from zero, and with a binary
    suffix the value stops at 2**63 - 1. Raises ValueError, saying what is wrong, for what is not a
    quantity.
    """
    match = _QUANTITY.fullmatch(text)
    if match is None or not text or len(text) > _MAX_LENGTH:
        raise ValueError(_complaint(text))
    sign, whole, fraction, suffix = match.groups(default="")
    digits = whole + fraction
    if suffix in _BINARY:
        nanos = min(_scaled(digits, 9 - len(fraction), 1 << _BINARY[suffix]), _MAX_BINARY)
    else:
        exponent = _DECIMAL[suffix] if suffix in _DECIMAL else _exponent(text, suffix)
        nanos = _scaled(digits, 9 - len(fraction) + exponent)
    if not digits and _needs_digits(suffix):
        raise ValueError(f"{text!r} has no digits")
    return -nanos if sign == "-" else nanos


def complaint(text: str) -> str:
    """What is wrong with a text as a quantity, "" where nothing is; blanks around it may stand."""
    try:
        parse(text.strip())
    except ValueError as error:
        return str(error)
    return ""


def _scaled(digits: str, power: int, factor: int = 1) -> int:
    """The digits times the factor and a power of ten, rounded up to a whole number."""
    value = int(digits or "0") * factor
    ten_power: int = 10 ** abs(power)
    return value * ten_power if power >= 0 else -(-value // ten_power)


def _exponent(text: str, suffix: str) -> int:
    """The power of ten in a suffix such as e3 or E-6."""
    match = _EXPONENT.fullmatch(suffix)
    if match is None:
        raise ValueError(_bad_suffix(text, suffix))
    exponent = int(match[1])
    if abs(exponent) > _MAX_EXPONENT:
        raise ValueError(f"{text!r} has an exponent beyond {_MAX_EXPONENT}")
    return exponent


def _needs_digits(suffix: str) -> bool:
    """Whether Kubernetes notices that there are no digits: before most suffixes it reads 0."""
    return suffix in ("Pi", "Ei") or (suffix[1:2] == "-" and int(suffix[1:]) < -9)


def _complaint(text: str) -> str:
    """What is wrong with a text that does not even have the form of a quantity."""
    if not text:
        return "a quantity cannot be empty"
    if len(text) > _MAX_LENGTH:
        return f"a quantity cannot have more than {_MAX_LENGTH} characters"
    if any(character.isspace() for character in text):
        return f"{text!r} has a space in it"
    number = re.match(r"[-+]?[0-9.]+", text)
    if number is None:
        return f"{text!r} does not start with a number"
    if number[0].count(".") > 1:
        return f"{text!r} has more than one decimal point"
    return _bad_suffix(text, text[number.end() :])


def _bad_suffix(text: str, suffix: str) -> str:
    """The message about an unknown suffix, with the one that was probably meant."""
    if suffix in _MISSPELLED:
        return f"{text!r} has the unknown suffix {suffix!r}; use {_MISSPELLED[suffix]}"
    known = ", ".join([*filter(None, _DECIMAL), *_BINARY])
    return f"{text!r} has the unknown suffix {suffix!r}; use one of {known}, or an exponent like e3"
