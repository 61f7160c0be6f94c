"""The parts of an image's name as registries take them.

https://github.com/distribution/reference/blob/main/reference.go
"""

from __future__ import annotations

import re

from deploylint.documents.regex import regex


def refused_image_part(part: str, wrong: dict[re.Pattern[str], str]) -> str:
    """Why a part of an image's name is none, or ""; what a pipeline fills in is left alone.

    ``wrong`` are the patterns of what is not in such a part, each with what to write.
    """
    text = part if wrong is NO_TAG else part.replace("/", "")
    if wrong is not NO_DIGEST and _PLAIN.issuperset(text) and text[:1].isalnum():
        return ""
    patterns = wrong.items() if _FILLED_IN.search(part) is None else ()
    why = next((why for pattern, why in patterns if pattern.search(part)), "")
    return f"{part!r} in an image's name: {why}" if why else ""


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-._")  # as nearly all parts are
_FILLED_IN = regex(r"[<>{}$%#~\[\]]|@(?!sha\d+:)")
NO_REGISTRY = {
    regex(r"\s"): "it has no spaces",
    regex(r"^https?:"): "it has no https://",
}
NO_REPOSITORY = {
    **NO_REGISTRY,
    regex(r":[^/]*:|:[^/]*$"): "the tag is apart",
    regex(r"^(?=.*/).*(?:[a-z][A-Z]|[A-Z][a-z])"): "it has no capital letters",
}
NO_TAG = {
    regex(r"[\s/+]"): "a tag has letters, digits, '_', '.' and '-' only",
    regex(r"^[.-]"): "a tag begins with a letter, a digit or '_'",
    regex(
        r":(?!\d+$|(?:[0-9a-f]{32})+$)"
    ): "a tag has no colon, and a digest 64 digits of 0-9 and a-f",
}
NO_DIGEST = {
    regex(r"(?i)^(?!(sha256:)?[0-9a-f]{64}$|sha384:[0-9a-f]{96}$|sha512:[0-9a-f]{128}$)"): (
        "a digest is sha256: and 64 digits of 0-9 and a-f"
    )
}
