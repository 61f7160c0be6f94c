"""The values of YAML scalars, as Helm and kubectl read them.

Both read YAML with Go's ``sigs.k8s.io/yaml``, that is go-yaml v2: YAML 1.1, with exceptions of its
own (``y`` is true, ``0o17`` is 15, ``08`` is the float 8, ``22:22`` and dates stay strings, and a
number too large for a float stays a string). The functions here give exactly its answers;
``tests/data/scalars.jsonl`` holds a thousand of them, made by the Go library itself.

To extend: add the new text to ``tests/data/make_inputs.py``, make the outputs anew as in
``tests/data/README.md``, and change the code until the tests agree with Go again. A new word with a
meaning belongs in ``_WORDS``; a new form of number in ``_integer`` or ``_float``.
"""

import math
import struct
from functools import lru_cache

from deploylint.documents.regex import regex

Scalar = str | int | float | bool | None

_TAG_PREFIX = "tag:yaml.org,2002:"
MERGE_TAGS = (None, "!", f"{_TAG_PREFIX}merge")
"""With which tags an unquoted ``<<`` is a merge key; with another one it is a text like any."""

_INT64 = 2**63
_UINT64 = 2**64

_BOOLS = {"y": True, "yes": True, "true": True, "on": True}
_BOOLS |= {"n": False, "no": False, "false": False, "off": False}


def _spellings(word: str) -> set[str]:
    """The three spellings in which a word counts: ``yes``, ``Yes`` and ``YES``, but not ``yEs``."""
    return {word, word.capitalize(), word.upper()}


# What does not start like a number means itself, unless it is one of these.
_WORDS: dict[str, Scalar] = {"": None, "~": None}
_WORDS |= dict.fromkeys(_spellings("null"), None)
_WORDS |= {text: value for word, value in _BOOLS.items() for text in _spellings(word)}

_NUMBER_STARTS = frozenset("0123456789+-.")

_OCTAL = "01234567"
_DIGITS = {"0b": "01", "0o": _OCTAL, "0x": "0123456789abcdefABCDEF"}
_OF_FLOATS = "0123456789+-.eE"
# Go reads what starts with a dot by its own rules for numbers: underscores only between digits.
_DOT_FLOAT = regex(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_INFINITE = (".inf", ".Inf", ".INF")
NOT_FINITE = (*_INFINITE, ".nan", ".NaN", ".NAN")
"""The spellings of numbers that JSON has none for; a sign may stand before the infinite ones."""
_SIGNED = frozenset(f"{sign}{word}" for sign in "+-" for word in _INFINITE)


def resolve(text: str) -> Scalar:
    """The value of an unquoted scalar without a tag; a string is returned as it is.

    Infinity and NaN are returned as floats, although they make the document as a whole an error:
    they have no JSON.
    """
    if text[:1] in _NUMBER_STARTS:
        return _number(text)
    return _WORDS.get(text, text)


def resolve_tagged(text: str, tag: str) -> Scalar:
    """The value of a scalar, quoted or not, with an explicit tag such as ``tag:yaml.org,2002:int``.

    Raises ValueError where Go does: where the text is no spelling of that type. A tag other than
    str, int, float, bool, null and binary leaves the text a string, as in Go (which also refuses
    an invalid ``!!timestamp``).
    """
    wanted = tag.removeprefix(_TAG_PREFIX)
    if wanted == "binary":
        return _decoded(text)
    if wanted not in ("int", "float", "bool", "null"):
        return text
    value = resolve(text)
    kind = _kind(value)
    if kind == wanted:
        return value
    # go-yaml converts the signed integers only, and has an error for those from 2**63 on.
    if wanted == "float" and isinstance(value, int) and kind == "int" and value < _INT64:
        return float(value)
    raise ValueError(f"cannot decode !!{kind} `{text}` as a !!{wanted}")


def _decoded(text: str) -> str:
    """The text of base64; what is not UTF-8 in it is replaced, as in Go's JSON."""
    from base64 import b64decode  # few files hold any

    try:
        return b64decode(text, validate=True).decode("utf-8", "replace")
    except ValueError:
        raise ValueError("!!binary value contains invalid base64 data") from None


def go_text(value: Scalar) -> str:
    """How a mapping key is spelled in JSON: 8080 as "8080", true as "true", 1.10 as "1.1".

    Raises ValueError for the keys that Go refuses: null, and integers from 2**63 on.
    """
    if isinstance(value, str):
        return value
    if value is None:
        raise ValueError("null cannot be a key; quote it if a text is meant")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float32_text(value)
    if value >= _INT64:
        raise ValueError(f"{value} is too large to be a mapping key")
    return str(value)


def _kind(value: Scalar) -> str:
    """The short name of the tag that a value has by itself."""
    return "null" if value is None else type(value).__name__


@lru_cache(maxsize=4096)
def _number(text: str) -> Scalar:
    """The value of a text that starts with a digit, a sign or a dot, which may yet be a string."""
    if text in NOT_FINITE or text in _SIGNED:
        return float(text.replace(".", ""))
    if text[0] == ".":
        return _float(text.replace("_", ""), text) if _DOT_FLOAT.fullmatch(text) else text
    plain = text.replace("_", "")
    integer = _integer(plain)
    if integer is not None:
        return integer
    return text if plain.strip(_OF_FLOATS) else _float(plain, text)


def _integer(plain: str) -> int | None:
    """An integer in any of Go's bases, or None, also where it does not fit in 64 bits."""
    sign = plain[0] if plain[0] in "+-" else ""
    digits = plain.removeprefix(sign)
    # go-yaml cuts "0b" off and has the rest read as base 2: that lets a sign through.
    if plain.startswith(("0b+", "0b-")):
        sign, digits = plain[2], f"0b{plain[3:]}"
    if not _is_integer(digits):
        return None
    value = -_in_base(digits) if sign == "-" else _in_base(digits)
    # Only an integer without a sign may use the 64th bit for its value.
    limit = _INT64 if sign else _UINT64
    return value if -_INT64 <= value < limit else None


def _is_integer(digits: str) -> bool:
    """Whether a text without a sign is an integer: of ASCII digits, in the base it starts with."""
    if digits.isdecimal() and digits.isascii():
        return digits[0] != "0" or not digits.strip(_OCTAL)
    known = _DIGITS.get(digits[:2].lower())
    return known is not None and len(digits) > 2 and not digits[2:].strip(known)


def whole_number(text: str) -> int | None:
    """The number that ASCII digits are; None for another text, and for more digits than are used.

    Python refuses to convert thousands of digits.
    """
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= _MOST_DIGITS else None


_MOST_DIGITS = 18
"""The digits of the largest numbers that fit in 64 bits, whatever they are."""


def leading_zero(text: str) -> str:
    """What is wrong with a number that begins with a zero; "" where all readers of YAML agree.

    0443 is 291 in YAML 1.1 and 443 in YAML 1.2, and some take 08080 for a text. 01 is 1 everywhere.
    """
    rest = text.lstrip("0")
    if rest == text or rest in _SAME_DIGITS or whole_number(text) is None:
        return ""
    return f"{text} begins with a zero, which readers of YAML take differently; write {rest}"


_SAME_DIGITS = ("", *_OCTAL)


def _in_base(digits: str) -> int:
    """An integer in the base that it starts with; a leading zero alone means octal."""
    base = 10 if digits[0] != "0" else 8 if digits[1:2].isdigit() else 0
    # Python refuses to convert thousands of digits; past 20 the value is out of range anyway.
    return int(digits[:21] if base == 10 else digits, base)


def _float(plain: str, text: str) -> float | str:
    """A float of the characters of one; the text that it was if it is none.

    What no float can hold stays a text too (but 1e-400 is 0).
    """
    try:
        value = float(plain)
    except ValueError:
        return text
    return text if math.isinf(value) else value


def _float32_text(value: float) -> str:
    """A float as Go's ``strconv.FormatFloat(value, 'g', -1, 32)`` spells it: with 32 bits only."""
    single = _float32(value)
    if not math.isfinite(single):
        return f".{single}".replace(".-", "-.")
    # The fewest digits that are read back as the same number: never more than 9.
    for decimals in range(9):
        shortest = f"{single:.{decimals}e}"
        if _float32(float(shortest)) == single:
            break
    exponent = int(shortest.partition("e")[2])
    if -4 <= exponent < 6:
        return f"{float(shortest):.{max(decimals - exponent, 0)}f}"
    return shortest


def _float32(value: float) -> float:
    """A float rounded to 32 bits."""
    try:
        return float(*struct.unpack("f", struct.pack("f", value)))
    except OverflowError:
        return math.copysign(math.inf, value)
