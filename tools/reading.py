"""Unusual files and how they are read, as a table; renders ``docs/evidence/reading.md``.

The tests put every file of ``CASES`` beside a good reference and a good peer, check the folder and
compare the outcome, so the document stays correct.

    python -m tools.reading          writes docs/evidence/reading.md
    python -m tools.reading --check  fails when it is stale
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import indent
from typing import Literal, NamedTuple

DOCUMENT = Path(__file__).parent.parent / "docs" / "evidence" / "reading.md"

Outcome = Literal["read", "refused", "found", "skipped"]


class Case(NamedTuple):
    """One unusual file.

    ``made`` is its content, or a function that makes it at a path. ``at`` is the line and column of
    the problem or finding, ``says`` its message. ``bounded`` files are also read in a process with
    little memory and time.
    """

    name: str
    made: str | bytes | Callable[[Path], None]
    outcome: Outcome
    at: str = ""
    says: str = ""
    bounded: bool = False

    @property
    def code(self) -> int:
        """The exit code of a check of the folder."""
        if self.says.startswith("warning["):
            return 0
        return {"read": 0, "skipped": 0, "found": 1, "refused": 3}[self.outcome]

    def write(self, path: Path) -> None:
        """Make the file."""
        if isinstance(self.made, str):
            path.write_bytes(self.made.encode())
        elif isinstance(self.made, bytes):
            path.write_bytes(self.made)
        else:
            self.made(path)


def service(name: str) -> str:
    """A valid values file."""
    return f"""image:
  repository: acme.azurecr.io/{name}
  tag: "1.0.0"
podSecurityContext:
  runAsNonRoot: true
resources:
  limits: {{cpu: 200m, memory: 256Mi}}
service:
  port: 8000
"""


GOOD = service("odd")
_KEYS = "".join(f"  key-{number}: {number}\n" for number in range(100_000))
_ENDLESS = "  l: &l [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"  {below}: &{below} [{', '.join([f'*{above}'] * 9)}]\n"
    for above, below in zip("lmnopqrst", "mnopqrstu", strict=True)
)
_SQUARE = "  a: &a [" + "x, " * 2000 + "x]\n  b: [" + "*a, " * 2000 + "*a]\n"
_CHAIN = "".join(
    f"  a{n}: &a{n} {'[' * 50}{f'*a{n - 1}' if n else 'x'}{']' * 50}\n" for n in range(9)
)


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _huge(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(2**30)


def _link(target: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        (path.parent.parent / "elsewhere.yaml").write_text(GOOD)
        (path.parent / "odd.txt").write_text(GOOD)
        path.symlink_to(target)

    return make


def _forbidden(path: Path) -> None:
    path.write_text(GOOD)
    path.chmod(0)


_TEMPLATE = "this looks like a template, which has to be rendered first (helm template)"
_NO_KEY = "a mapping or a list cannot be a key"
_IS_TEMPLATE = "is this a template ({{ ... }}) that has to be rendered first?"
_TOO_MANY = "means more than 1,000,000 values once its aliases are followed"
_TOO_DEEP = "nested more than 100 levels deep"
_NO_JSON = "infinity and NaN have no JSON; quote it if a text is meant"

ENCODINGS = (
    Case("Windows line ends", GOOD.replace("\n", "\r\n"), "read"),
    Case("old Macintosh line ends", GOOD.replace("\n", "\r"), "read"),
    Case("NEL line ends", GOOD.replace("\n", "\x85"), "read"),
    Case("UTF-8 with a byte order mark", b"\xef\xbb\xbf" + GOOD.encode(), "read"),
    Case("UTF-16, little endian", b"\xff\xfe" + GOOD.encode("utf-16-le"), "read"),
    Case("UTF-16, big endian", b"\xfe\xff" + GOOD.encode("utf-16-be"), "read"),
    Case(
        "UTF-16 without a byte order mark",
        GOOD.encode("utf-16-le"),
        "refused",
        "1:2",
        "not YAML: control characters are not allowed",
    ),
    Case(
        "half a character of UTF-16",
        b"\xff\xfea\x00b",
        "refused",
        "1:2",
        "is not UTF-16 (byte 0x62); save the file as UTF-8",
    ),
    Case(
        "Latin-1",
        GOOD.encode() + b"note: caf\xe9\n",
        "refused",
        "10:10",
        "is not UTF-8 (byte 0xe9); save the file as UTF-8",
    ),
    Case(
        "a control character",
        GOOD + "note: ü \x07\n",
        "refused",
        "10:9",
        "not YAML: control characters are not allowed",
    ),
    Case(
        "a NUL byte",
        GOOD + "note: x\x00\n",
        "refused",
        "10:8",
        "not YAML: control characters are not allowed",
    ),
    Case(
        "a mistake below a line separator (U+2028)",
        "note: x\u2028b: [\n",
        "refused",
        "2:5",
        "not YAML: did not find expected node content while parsing a flow node",
    ),
)

FILES = (
    Case("an empty file", "", "skipped", "", "empty"),
    Case("only comments", "# nothing yet\n\n", "skipped", "", "empty"),
    Case("only null", "~\n", "skipped", "", "empty"),
    Case("a list", "- a\n- b\n", "skipped", "", "not a mapping"),
    Case("a text", "hello\n", "skipped", "", "not a mapping"),
    Case("a folder named like a file", _folder, "refused", "1:1", "is a folder, not a file"),
    Case("a named pipe", _pipe, "refused", "1:1", "is not a regular file", bounded=True),
    Case(
        "a link that leaves the folder",
        _link("../elsewhere.yaml"),
        "refused",
        "1:1",
        "is a link to a file outside deploy/; give that file instead",
    ),
    Case("a link inside the folder", _link("odd.txt"), "read"),
    Case(
        "a link to nothing",
        _link("gone.yaml"),
        "refused",
        "1:1",
        "cannot be read: No such file or directory",
    ),
    Case(
        "a link to itself",
        _link("deploy-odd.yaml"),
        "refused",
        "1:1",
        "cannot be read: Too many levels of symbolic links",
    ),
    Case(
        "no permission to read", _forbidden, "refused", "1:1", "cannot be read: Permission denied"
    ),
    Case(
        "a file of 1 GB",
        _huge,
        "refused",
        "1:1",
        "has 1,073,741,824 bytes; at most 4,194,304 are read",
        bounded=True,
    ),
)

STRUCTURE = (
    Case(
        "several documents; Helm 3 reads the first",
        "---\nimage: {tag: x}\n---\n" + GOOD,
        "found",
        "4:1",
        "warning[several-documents] second document of a values file; merge it into the first",
    ),
    Case(
        "an empty document before others; Helm 3 reads it alone",
        "---\n---\n" + GOOD + "---\n# end\n",
        "found",
        "3:1",
        "warning[several-documents] behind an empty first document of a values file; remove one of "
        "the lines ---",
    ),
    Case("an empty document behind others", "---\n" + GOOD + "---\n# end\n", "read"),
    Case(
        "a duplicate key",
        GOOD + "note: 1\nnote: 2\n",
        "found",
        "11:1",
        "error[duplicate-key] duplicate key 'note'; the first value is lost",
    ),
    Case("an anchor defined again", GOOD + "a: &x 1\nb: &x 2\nc: *x\n", "read"),
    Case("a merge key above a key: the key wins", GOOD + "a: {<<: {x: 1}, x: 2}\n", "read"),
    Case(
        "a merge key below a key: Helm lets the merge key win",
        GOOD + "a: {x: 2, <<: {x: 1}}\n",
        "found",
        "10:16",
        "error[duplicate-key] duplicate key 'x'; the first value is lost",
    ),
    Case("a merge key with a list", GOOD + "a: {<<: [{x: 1}, {x: 2}]}\n", "read"),
    Case(
        "a merge key with something else",
        GOOD + "a: {<<: 1}\n",
        "refused",
        "10:9",
        "a merge key (<<) takes a mapping or a list of mappings",
    ),
    Case(
        "an alias without an anchor",
        GOOD + "a: *x\n",
        "refused",
        "10:4",
        "this alias has no anchor above it; put a text that begins with * in quotes",
    ),
    Case(
        "an alias inside its own anchor",
        GOOD + "a: &x [*x]\n",
        "refused",
        "10:8",
        "this alias is inside the value that it repeats",
    ),
    Case("an alias bomb", "bomb:\n" + _ENDLESS, "refused", "8:10", _TOO_MANY, bounded=True),
    Case(
        "an alias bomb of two levels",
        "bomb:\n" + _SQUARE,
        "refused",
        "3:1999",
        _TOO_MANY,
        bounded=True,
    ),
    Case(
        "aliases that nest too deeply",
        "bomb:\n" + _CHAIN,
        "refused",
        "3:61",
        _TOO_DEEP,
        bounded=True,
    ),
    Case(
        "10,000 levels in brackets",
        "a: " + "[" * 10_000,
        "refused",
        "1:103",
        _TOO_DEEP,
        bounded=True,
    ),
    Case(
        "2,800 levels by indentation",
        "\n".join(" " * n + "a:" for n in range(2_800)),
        "refused",
        "101:101",
        _TOO_DEEP,
        bounded=True,
    ),
    Case("100,000 keys", GOOD + "many:\n" + _KEYS, "read", bounded=True),
    Case(
        "2,000,000 items",
        GOOD + "many: [" + "1," * 2_000_000 + "]\n",
        "refused",
        "10:7",
        _TOO_MANY,
        bounded=True,
    ),
    Case(
        "a line of 4,000,000 characters", GOOD + f"long: {'x' * 4_000_000}\n", "read", bounded=True
    ),
    Case(
        "a %YAML 1.2 directive",
        "%YAML 1.2\n---\n" + GOOD,
        "refused",
        "1:1",
        "Helm and kubectl read YAML 1.1 only; remove the %YAML line",
    ),
)

SYNTAX = (
    Case(
        "a template block",
        "{{- if .Values.x }}\n" + GOOD + "{{- end }}\n",
        "refused",
        "1:3",
        f"not YAML: did not find expected node content while parsing a flow node; {_TEMPLATE}",
    ),
    Case(
        "a template value",
        GOOD + "a: {{ .x }}\n",
        "refused",
        "10:5",
        f"{_NO_KEY}; {_IS_TEMPLATE}",
    ),
    Case("a template value in quotes", GOOD + 'a: "{{ .x }}"\n', "read"),
    Case(
        "a tab as indentation",
        GOOD + "a:\n\tb: 1\n",
        "refused",
        "11:1",
        "not YAML: a tab indents this line; write spaces",
    ),
    Case("a tab after a key", GOOD + "a:\t1\n", "read"),
    Case(
        "a bracket that is not closed",
        GOOD + "a: [1,\n  2\n\n",
        "refused",
        "10:4",
        "not YAML: this bracket is not closed; write ] behind the last item",
    ),
    Case(
        "a wrong indentation",
        GOOD + "a: 1\n b: 2\n",
        "refused",
        "11:3",
        "not YAML: this line is indented below a key that has a value",
    ),
    Case(
        'the escape "\\q"',
        GOOD + 'a: "\\q"\n',
        "refused",
        "10:5",
        "not YAML: there is no such escape; write \\\\ for a backslash",
    ),
    Case(
        'the escape "\\/", which is JSON',
        GOOD + 'a: "x\\/y"\n',
        "refused",
        "10:4",
        'Helm does not know the escape "\\/"; write / alone',
    ),
    Case(
        "a ? in an unquoted text in brackets",
        GOOD + "a: [http://x/?y=z]\n",
        "refused",
        "10:14",
        "Helm reads no ? in an unquoted text in brackets; put the text in quotes",
    ),
    Case(
        "colons in an unquoted text in brackets",
        GOOD + "a: [redis:6379, {b: http://x/y}]\n",
        "read",
    ),
    Case(
        "a colon that ends a text in brackets",
        GOOD + "a: {x:}\n",
        "refused",
        "10:6",
        "Helm takes this colon for a part of the text, deploylint does not; "
        "write a space after it, or put the text in quotes",
    ),
    Case(
        "a colon without a space after a key in quotes",
        GOOD + "'a':1\n",
        "refused",
        "10:4",
        "not YAML: a colon without a space after it; write one",
    ),
    Case('"\\\\/", which is not an escape', GOOD + 'a: "x\\\\/y"\n', "read"),
)

VALUES = (
    Case(
        "null as a key",
        GOOD + "~: 1\n",
        "refused",
        "10:1",
        "null cannot be a key; quote it if a text is meant",
    ),
    Case("a list as a key", GOOD + "? [1]\n: 2\n", "refused", "10:3", f"{_NO_KEY}; {_IS_TEMPLATE}"),
    Case("a number as a key", GOOD + "8080: a\n", "read"),
    Case("true as a key", GOOD + "true: a\n", "read"),
    Case(
        "a number too large for a key",
        GOOD + "9223372036854775808: a\n",
        "refused",
        "10:1",
        "9223372036854775808 is too large to be a mapping key",
    ),
    Case("infinity", GOOD + "a: .inf\n", "refused", "10:4", f"Helm cannot read .inf: {_NO_JSON}"),
    Case("infinity in quotes", GOOD + 'a: ".inf"\n', "read"),
    Case(
        "a tag that does not fit its text",
        GOOD + "a: !!int x\n",
        "refused",
        "10:4",
        "cannot decode !!str text as a !!int",
    ),
    Case("base64 by a tag", GOOD + "a: !!binary aGVsbG8=\n", "read"),
    Case(
        "a base64 tag on invalid base64",
        GOOD + "a: !!binary '@'\n",
        "refused",
        "10:4",
        "!!binary value contains invalid base64 data",
    ),
    Case("a custom tag", GOOD + "a: !vault x\n", "read"),
)


def _application(helm: str) -> str:
    """An Argo CD Application called odd; its values begin in line 8."""
    head = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: odd}\n"
    return f"{head}spec:\n  source:\n    helm:\n{indent(helm, '      ')}"


def _block(values: str) -> str:
    return _application("values: |\n" + indent(values, "  "))


_RELEASE = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: odd}\n"

WRAPPED = (
    Case("an application, its values in a block of text", _block(GOOD), "read"),
    Case(
        "an application, its values in quotes",
        _application(f"values: {json.dumps(GOOD)}\n"),
        "read",
    ),
    Case(
        "an application, its values a mapping",
        _application("valuesObject:\n" + indent(GOOD, "  ")),
        "read",
    ),
    Case("a release", _RELEASE + "spec:\n  values:\n" + indent(GOOD, "    "), "read"),
    Case(
        "a list of applications",
        "apps:\n- name: odd\n  helmValues:\n" + indent(GOOD, "    "),
        "read",
    ),
    Case("values under the name of a wrapped chart", "chart:\n" + indent(GOOD, "  "), "read"),
    Case(
        "a duplicate key in a block of text",
        _block(GOOD + "note: 1\nnote: 2\n"),
        "found",
        "18:9",
        "error[duplicate-key] duplicate key 'note'; the first value is lost",
    ),
    Case(
        "a duplicate key around a block of text",
        _block(GOOD).replace("  source:", "  source: {}\n  source:"),
        "found",
        "6:3",
        "error[duplicate-key] duplicate key 'source'; the first value is lost",
    ),
    Case(
        "a mistake in a block of text",
        _block(GOOD + "a: 1\n b: 2\n"),
        "refused",
        "18:11",
        "not YAML: this line is indented below a key that has a value",
    ),
    Case(
        "a mistake in a text in quotes",
        _application('values: "a: [1"\n'),
        "refused",
        "7:15",
        "not YAML: this bracket is not closed; write ] behind the last item (line 1 of this text)",
    ),
    Case(
        "a mapping instead of a text",
        _application("values: {a: 1}\n"),
        "refused",
        "7:15",
        "is not a text; write it as a block of text (|)",
    ),
    Case(
        "an invalid key of a parameter",
        _application("parameters: [{name: a..b, value: c}]\n"),
        "refused",
        "7:27",
        "invalid key 'a..b' for helm --set",
    ),
    Case(
        "an item of a list far beyond its end",
        _application("parameters: [{name: 'a[60000]', value: b}]\n"),
        "refused",
        "7:27",
        "item 60000 of a list that has 0",
    ),
    Case(
        "an alias bomb in a block of text",
        _block("bomb:\n" + _ENDLESS),
        "refused",
        "15:18",
        _TOO_MANY,
        bounded=True,
    ),
    Case(
        "an application without values",
        _application("version: v3\n"),
        "skipped",
        "",
        "odd, an Argo CD Application: sets no Helm values",
    ),
    Case(
        "an application with all its values in files",
        _application("valueFiles: [prod.yaml]\n"),
        "skipped",
        "",
        "odd, an Argo CD Application: all its values come from values file prod.yaml",
    ),
    Case(
        "another manifest",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd}\n",
        "skipped",
        "",
        "a Kubernetes manifest; only Helm values are read",
    ),
)

TABLE = {
    "The file itself": FILES,
    "Encodings and line ends": ENCODINGS,
    "Documents, keys, anchors and sizes": STRUCTURE,
    "Syntax errors": SYNTAX,
    "Invalid keys and values": VALUES,
    "Wrapped values": WRAPPED,
}
CASES = tuple(case for cases in TABLE.values() for case in cases)

_HEAD = """# How unusual files are read

<!-- Written by `python -m tools.reading`; do not edit. -->

deploylint reads YAML like Helm and kubectl, and refuses what they refuse. Each file below lies in a
folder with a good reference and a good peer, and the folder is checked. Whatever the file is, the
others are compared, every skipped file is reported, and time and memory are limited.

* **read**: the file is compared like any other (exit 0).
* **skipped**: there is nothing to compare; the report names the file and the reason (exit 0).
* **found**: the file is compared, and a finding names the value that Helm would lose (exit 1; 0 for
  a warning).
* **refused**: the file cannot be checked; the report names the place and the reason (exit 3).
"""


def render() -> str:
    """The text of ``docs/evidence/reading.md``."""
    return _HEAD + "".join(_section(title, cases) for title, cases in TABLE.items())


def _section(title: str, cases: tuple[Case, ...]) -> str:
    rows = [
        f"| {_cell(c.name)} | {c.outcome} | {c.code} | {c.at} | {_cell(c.says)} |" for c in cases
    ]
    head = ["", f"## {title}", "", "| file | result | exit | line:column | message |"]
    return "\n".join([*head, "|---|---|---|---|---|", *rows, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def main(arguments: list[str]) -> int:
    """Writes the document, or fails with ``--check`` if it is stale."""
    if "--check" not in arguments:
        DOCUMENT.write_text(render(), encoding="utf-8")
        return 0
    if DOCUMENT.is_file() and DOCUMENT.read_text(encoding="utf-8") == render():
        return 0
    sys.stderr.write("docs/evidence/reading.md is stale: run python -m tools.reading\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
