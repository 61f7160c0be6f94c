"""PyYAML's extension comes alone, and whoever wants the package has the whole of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

ALONE = "import sys; from deploylint.documents import libyaml"
WHOLE = f"""
{ALONE}
import yaml
assert yaml.safe_load("a: 1") == {{"a": 1}}
assert yaml.load("a: [1]", Loader=yaml.CSafeLoader) == {{"a": [1]}}
assert yaml.dump({{"a": 1}}, Dumper=yaml.CSafeDumper) == "a: 1\\n"
assert yaml.__with_libyaml__
assert yaml.cyaml.CParser is libyaml.CParser
assert yaml.events.ScalarEvent is libyaml.ScalarEvent
assert yaml.YAMLError is libyaml.YAMLError
assert type(yaml) is type(sys)
"""
CASES = {
    "the whole package afterwards": WHOLE,
    "the whole package before": f"import yaml{WHOLE}",
    "another module of it before": f"import yaml.scanner{WHOLE}",
    "another module of it afterwards": f"{ALONE}\nimport yaml.cyaml, yaml.resolver{WHOLE}",
    "what it has not": f"""{ALONE}
import yaml
assert not hasattr(yaml, "nothing")
{WHOLE}""",
    "names from it": f"""{ALONE}
from yaml import CSafeLoader, load
assert load("a: 1", Loader=CSafeLoader) == {{"a": 1}}
""",
    "all names from it": f"""{ALONE}
from yaml import *
assert safe_load("a: 1") == {{"a": 1}}
""",
    "errors are the package's": f"""{ALONE}
from deploylint.documents.reader import read_text
assert "control characters" in read_text("a: \\x07", "f").message
from yaml.parser import ParserError
from yaml.reader import ReaderError
from yaml.scanner import ScannerError
import yaml
for text, error in (("a: [", ParserError), ("a: \\x07", ReaderError), ("a: b: c", ScannerError)):
    for loader in (yaml.CSafeLoader, yaml.SafeLoader):
        try:
            yaml.load(text, Loader=loader)
        except error:
            continue
        raise AssertionError(text)
{WHOLE}""",
    "events are the package's": f"""{ALONE}
import yaml
text = "a: &x [1, {{b: !t 'c'}}]\\nd: *x\\n"
for one, other in zip(yaml.parse(text, yaml.CSafeLoader), yaml.parse(text), strict=True):
    assert isinstance(one, type(other)), one
    for field in set(vars(other)) - {{"encoding", "implicit", "style", "start_mark", "end_mark"}}:
        assert getattr(one, field) == getattr(other, field), (one, field)
    assert one.start_mark.index == other.start_mark.index, one
{WHOLE}""",
    "an extension that wants more": f"""import sys, types
class Less(types.SimpleNamespace):
    def __init__(self, **errors):
        super().__init__(**errors)
        vars(self).pop("ScannerError", None)
types.SimpleNamespace = Less
{WHOLE}""",
}


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_extension_comes_with_its_imports() -> None:
    wanted = "print(*sorted(name for name in sys.modules if name.partition('.')[0] == 'yaml'))"
    needed = "yaml yaml._yaml yaml.error yaml.events yaml.nodes yaml.tokens\n"
    assert run(f"{ALONE}; {wanted}") == needed
    checks = (
        "import sys; from deploylint.engine import check; from deploylint.documents import reader"
    )
    assert run(f"{checks}; reader.read_text('a: 1', 'f'); {wanted}") == needed


@pytest.mark.parametrize("name", CASES)
def test_extension_leaves_yaml_usable_for_others(name: str) -> None:
    run(CASES[name])
