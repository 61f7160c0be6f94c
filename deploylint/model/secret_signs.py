"""What shows that a value is a secret: its name, its shape, or the mapping that it is in.

There are two thresholds. What is *surely* a secret is a violation where it is written literally:
strong names, tokens of providers, private keys. What *may* be one is masked in every output, and
only its presence is compared: it costs little to mask too much. Digests, commit ids and tags have
neither name nor shape of a secret.

To add a name, add a word to one of the sets; to add a shape, add an expression to ``TOKENS`` (sure)
or ``SHAPES`` (masked). The shapes of tokens follow the rules of gitleaks
(https://github.com/gitleaks/gitleaks, MIT) and what the providers document.
"""

from __future__ import annotations

import re
from functools import lru_cache

from deploylint.documents.regex import regex


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# --- names ----------------------------------------------------------------------------------------

_SURE = regex(
    r"(?<!com)(?<!by)pass(words?|wd|phrase)?$|(^|_)pwd$|secret$|token$|(^|_)dsn$|credentials?$"
    r"|(api|access|private|secret|auth|signing|encryption|master|fernet)_?keys?$"
)
"""The end of a name that surely names a secret, once what only qualifies it is left out."""

_QUALIFIERS = _set(
    "base value prod production stage staging dev development test old new next previous current"
    " primary secondary default raw plain text b64 base64 encoded"
)
"""Words after the name of a secret that change nothing: ``DB_PASSWORD_PROD``, ``SECRET_KEY_BASE``.

So do numbers and versions (``API_KEY_V2``).
"""

_MAY = _set(
    "pass password passwords passwd passphrase passphrases passcode pwd pw secret secrets token"
    " tokens credential credentials cred creds dsn authorization cookie cookies pat jwt bearer sig"
    " webhook webhooks kubeconfig dockerconfigjson dockercfg apikey apikeys salt pepper hmac otp"
    " htpasswd connectionstring"
)
_MAY_END = ("password", "passwd", "passphrase", "secret", "token", "apikey", "rootpw", "privatekey")
"""Ends of a word of a name, in the singular or the plural."""

_KEY_OWNERS = _set(
    "api access private secret auth sign signing encrypt encryption decryption master app fernet"
    " ssh jwt session cookie hmac account storage service shared rsa aes gpg pgp tls ssl deploy"
    " license client admin crypt cipher webhook root vault host server data db"
)
"""Words before ``key`` or ``keys``."""

_CONNECTIONS, _STRINGS = _set("connection conn"), _set("string strings str")
_MAY_LAST = _set("auth basicauth nkey keytab")
_HARMLESS_LAST = _set(
    "file files filename path paths dir directory mount name names ref refs reference ttl expiry"
    " expires expiration exp timeout age lifetime seconds minutes hours days period interval length"
    " size min max limit limits count enabled disabled enable required optional mode type kind alg"
    " algorithm algorithms issuer audience aud header headers prefix suffix version id ids endpoint"
    " host hosts port domain domains store provider class policy rotation format location namespace"
    " field env var variable annotations labels url uri urls scope scopes strategy samesite secure"
    " existing create created rotate keyname arn"
)
"""Last words of names that are about a secret and hold none (``PASSWORD_FILE``, ``tokenTTL``)."""

_PLACES = _set(
    "secrets literal-secrets secret-variables existingSecret secretName imagePullSecret"
    " existing-secret name key keys kind type"
)
"""Keys for the name of a secret, or of a part of it."""

_HOLDERS = _set("secrets secretEnv secretenv secretData secretVars stringData")
"""Mappings of secrets: each value in them is secret, under any key."""

_DESCRIPTIONS = _set(
    "path mountPath enabled optional ref store version property namespace refreshInterval"
    " annotations labels defaultMode items"
)
"""Keys of such a mapping that say where its values are from or go to."""

_BOUNDARY = regex(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")
_NUMBER = regex(r"v?\d+")


@lru_cache(maxsize=4096)
def surely_names_a_secret(name: str) -> bool:
    """Whether what is called so is expected to hold a secret (``DB_PASSWORD``, ``apiKey``)."""
    if name in _PLACES:
        return False
    words = _words(name)
    while len(words) > 1 and (words[-1] in _QUALIFIERS or _NUMBER.fullmatch(words[-1])):
        words.pop()
    return _SURE.search("_".join(words)) is not None


@lru_cache(maxsize=4096)
def may_name_a_secret(name: str) -> bool:
    """Whether what is called so may hold a secret, and is shown as one."""
    if surely_names_a_secret(name):
        return True
    words = _words(name)
    if not words or name in _PLACES or words[0] == "existing":
        return False
    if words[-1] in _HARMLESS_LAST and not {"webhook", "webhooks"}.intersection(words):
        return False
    return (
        not _MAY.isdisjoint(words)
        or words[-1] in _MAY_LAST
        or any(word.removesuffix("s").endswith(_MAY_END) for word in words)
        or any(map(_is_phrase, words, words[1:]))
    )


def _is_phrase(word: str, after: str) -> bool:
    """Whether two words of a name together may name a secret."""
    if after in ("key", "keys"):
        return word in _KEY_OWNERS
    return word in _CONNECTIONS and after in _STRINGS


def holds_names(name: str) -> bool:
    """Whether a list that is called so holds names of secrets (``imagePullSecrets``)."""
    return _words(name)[-1:] == ["secrets"]


def holds_secrets(name: str) -> bool:
    """Whether all values of a mapping that is called so are secret."""
    return name in _HOLDERS


def is_about_a_secret(name: str) -> bool:
    """Whether a key of such a mapping names a secret or describes it, and holds none."""
    return name in _PLACES or name in _DESCRIPTIONS


def _words(name: str) -> list[str]:
    return [word.lower() for word in _BOUNDARY.split(name) if word]


# --- shapes ---------------------------------------------------------------------------------------

URL = regex(
    r"(?P<head>\b[a-z][a-z0-9+.-]{0,30}://[^\s/:@\"']*:)"
    r"(?P<value>(?!\d{1,5}(?:[/?#\s]|$))[^\s\"']{1,500})@",
    re.IGNORECASE,
)
"""A URL with a password, in which any character may be but a blank or a quote."""

_STRICT_URL = regex(r"\b[a-z][a-z0-9+.-]{0,30}://[^\s/:@]*:[^\s@/]+@", re.IGNORECASE)
_BARE_URL = (
    r"(?i:\b[a-z][a-z0-9+.-]{0,30}://)"
    r"(?!(?:git|root|user|admin|guest|postgres)@)(?P<bare>[^\s/:@?#\"'<]+)@"
)
_PRIVATE_KEY = (
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
    r"(?:(?!-----END)[\s\S])*(?:-----END [A-Z0-9 ]*-----)?"
)

TOKENS = {
    "-----begin": _PRIVATE_KEY,
    "gh": r"\bgh[pousr]_[A-Za-z0-9]{16,}",
    "github_pat_": r"\bgithub_pat_\w{20,}",
    "gl": r"\bgl(?:pat|ptt|rt|sa|soat|dt)[-_][\w-]{16,}",
    "xox": r"\bxox[abeoprs]-[\w-]{10,}",
    "xapp-": r"\bxapp-[\w-]{10,}",
    "k_": r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{10,}",
    "whsec_": r"\bwhsec_[A-Za-z0-9+/=]{16,}",
    "akia": r"\bAKIA[A-Z0-9]{16}\b",
    "asia": r"\bASIA[A-Z0-9]{16}\b",
    "abia": r"\bABIA[A-Z0-9]{16}\b",
    "acca": r"\bACCA[A-Z0-9]{16}\b",
    "aiza": r"\bAIza[\w-]{30,}",
    "ya29.": r"\bya29\.[\w-]{20,}",
    "sg.": r"\bSG\.[\w-]{16,}\.[\w-]{16,}",
    "npm_": r"\bnpm_[A-Za-z0-9]{30,}",
    "pypi-": r"\bpypi-AgEI[\w-]{20,}",
    "rubygems_": r"\brubygems_[a-f0-9]{40,}",
    "dop_v1_": r"\bdop_v1_[a-f0-9]{40,}",
    "dckr_pat_": r"\bdckr_pat_[\w-]{20,}",
    "hf_": r"\bhf_[A-Za-z0-9]{30,}",
    "sk-": r"\bsk-(?:ant|proj|or)-[\w-]{16,}|\bsk-[A-Za-z0-9]{32,}",
    "shp": r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
    "lin_api_": r"\blin_api_\w{30,}",
    "pmak-": r"\bPMAK-[\w-]{30,}",
    "nrak-": r"\bNRAK-\w{20,}",
    "hv": r"\bhv[sbr]\.[\w-]{20,}",
    "age-secret-key-": r"\bAGE-SECRET-KEY-1[A-Z0-9]{20,}",
    "sq0": r"\bsq0[a-z]{3}-[\w-]{20,}",
    "hooks.slack.com": r"https://hooks\.slack\.com/(?:services|workflows)/[^\s\"']+",
    "discord": r"https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/[^\s\"']+",
}
"""Shapes that no other text has: keys and tokens of providers.

Each by letters of it, in small ones: only a text with them is searched for the shape.
"""

_HEADER = r"[ \t]+(?P<header>(?!auth\b)[^\s\"'<,;]{6,})"
_LOGIN = (
    r"(?<!\S)[\"']?(?:-u|--user|--basic)[\"']?(?:[ \t]*[,=][ \t]*|[ \t]+)[\"']?"
    r"[^\s:\"',]+:(?P<login>[^\s\"'<]+)"
)
_MYSQL = r"\w*\b[^\n]{0,200}?[ \t]-p(?P<mysql>[^\s<]\S*)"

SHAPES = {
    "://": _BARE_URL,
    "eyj": r"(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?",
    "bearer": rf"\b(?i:bearer){_HEADER}",
    "basic": rf"\b(?i:basic){_HEADER}",
    "digest": rf"\b(?i:digest){_HEADER}",
    "negotiate": rf"\b(?i:negotiate){_HEADER}",
    "-u": _LOGIN,
    "--basic": _LOGIN,
    "redis-cli": r"\bredis-cli\b[^\n]{0,200}?[ \t](?:-a|--pass)[ \t]+(?P<redis>[^\s<]\S*)",
    "mysql": rf"\bmysql{_MYSQL}",
    "mariadb": rf"\bmariadb{_MYSQL}",
    "sshpass": r"\bsshpass[ \t]+-p[ \t]*(?P<ssh>[^\s<]\S*)",
}
"""Shapes that a secret often has. A named group is the secret, else it is all of the match."""

_TOKENS = tuple((letters, regex(shape)) for letters, shape in TOKENS.items())
_SHAPES = (*_TOKENS, *((letters, regex(shape)) for letters, shape in SHAPES.items()))
_RANDOM = regex(r"(?<![\w+/=.:@-])[A-Za-z0-9_-][A-Za-z0-9+/_-]{22,}={0,2}(?![\w+/=])")
_CHANGE = regex(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")


def surely_is_a_secret(text: str) -> bool:
    """Whether a text has the shape of a token of a provider, a private key or a URL's password."""
    if "://" in text and _STRICT_URL.search(text) is not None:
        return True
    folded = text.casefold()
    return any(shape.search(text) for letters, shape in _TOKENS if letters in folded)


def shaped_spans(text: str) -> list[tuple[int, int]]:
    """Where a text has the shape of a secret."""
    spans = (
        [match.span("value") for match in URL.finditer(text)]
        if "://" in text and "@" in text
        else []
    )
    folded = text.casefold()
    for letters, shape in _SHAPES:
        if letters in folded:
            spans += [match.span(match.lastgroup or 0) for match in shape.finditer(text)]
    if text != folded:
        spans += [match.span() for match in _RANDOM.finditer(text) if _is_random(match[0])]
    return spans


def _is_random(text: str) -> bool:
    """Whether letters and digits are mixed as no name mixes them: neither a digest nor a path."""
    if not re.search("[a-z]", text) or not re.search("[A-Z]", text) or not re.search("[0-9]", text):
        return False
    return len(_CHANGE.findall(text)) * 4 >= len(text)
