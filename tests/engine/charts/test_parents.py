"""Charts that consist of others: their values lie over the own ones of these."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.folders.test_search import groups, report
from tests.support.command_line import run_command
from tests.support.projects import said, write

NAMES = ("api", "mail", "web")
VALUES = """\
image: {repository: acme/NAME, tag: "1.2.0"}
service: {port: 80}
podSecurityContext: {runAsNonRoot: true}
resources: {limits: {cpu: 1, memory: 1Gi}}
"""
DEPLOYMENT = "kind: Deployment\nspec: {containers: [{image: x}]}\n"


def chart(folder: str, name: str, values: str = VALUES) -> dict[str, str]:
    return {
        f"{folder}/Chart.yaml": f"name: {name}\n",
        f"{folder}/values.yaml": values.replace("NAME", name),
        f"{folder}/templates/d.yaml": DEPLOYMENT,
    }


def charts(place: str) -> dict[str, str]:
    return {
        file: text
        for name in NAMES
        for file, text in chart(place.replace("NAME", name), name).items()
    }


def around(folder: str, *dependencies: str, **values: str) -> dict[str, str]:
    listed = "".join(f"- {{{each}}}\n" for each in dependencies)
    files = {f"{folder}/{name.replace('_', '-')}.yaml": text for name, text in values.items()}
    return {f"{folder}/Chart.yaml": f"name: shop\ndependencies:\n{listed}", **files}


LATEST = "mail: {image: {tag: latest}}\n"
INSIDE = charts("shop/charts/NAME")
NAMED = tuple(f"name: {name}, repository: 'file://../services/{name}'" for name in NAMES)
ELSEWHERE = charts("services/NAME")
SEVERAL = "global: {x: 1}\nmail: {image: {tag: latest}}\nweb: {replicaCount: 2}\n"


@pytest.mark.parametrize(
    "files",
    [
        INSIDE | around("shop", values=LATEST),
        INSIDE | around("shop", values="{}\n", values_prod=LATEST),
        INSIDE | around("shop", values_prod=LATEST, values_dev="{}\n"),
        INSIDE | around("shop", values="mail: {}\n", **{"values/prod": LATEST}),
        INSIDE | around("shop", values=SEVERAL),
        ELSEWHERE | around("shop", *NAMED, values=LATEST),
        ELSEWHERE | around("shop", *NAMED, values="{}\n", values_prod=SEVERAL),
    ],
)
def test_values_of_a_chart_around_are_over_those_of_the_charts_inside(
    files: dict[str, str], folder: Path
) -> None:
    found = report(folder, files, ".")
    assert {name for names in groups(found).values() for name in names} == set(NAMES)
    tags = [finding for finding in found.findings if finding.rule == "image-tag"]
    assert {(each.service, Path(each.location.file).parts[0]) for each in tags} == {
        ("mail", "shop")
    }


def test_service_is_in_each_environment_of_the_chart_around_it(folder: Path) -> None:
    files = INSIDE | around("shop", values_dev="{}\n", values_prod=LATEST)
    assert list(groups(report(folder, files, "."))) == ["shop/charts in dev", "shop/charts in prod"]


def test_name_of_a_dependency_leads_to_the_values_of_its_chart(folder: Path) -> None:
    named = (
        *NAMED[:1],
        *NAMED[2:],
        "name: mail, alias: post, repository: 'file://../services/mail'",
    )
    files = ELSEWHERE | around("shop", *named, values="post: {image: {tag: latest}}\n")
    assert said(report(folder, files, ".")) == ["values.yaml:1 image-tag"]


@pytest.mark.parametrize(
    ("key", "more", "count"),
    [
        ("mial", {}, 1),
        ("mails", {}, 1),
        ("mails", {"shop/templates/c.yaml": "a: {{ .Values.mails.x }}\n"}, 0),
        ("tags", {}, 0),
        ("other", {}, 0),
    ],
)
def test_key_that_is_nearly_that_of_a_chart_is_misspelt(
    key: str, more: dict[str, str], count: int, folder: Path
) -> None:
    files = INSIDE | around(
        "shop", values="mail: {replicaCount: 1}\n", values_prod=f"{key}: {{a: 1}}\n"
    )
    places = [f"values-prod.yaml:1 {rule}" for rule in ["unknown-key"] * count]
    assert said(report(folder, files | more, ".")) == places


@pytest.mark.parametrize(
    ("condition", "off"),
    [
        ("NAME.enabled", "mail: {enabled: false, image: {tag: latest}}\n"),
        ("NAMEOn", "mailOn: false\nmail: {image: {tag: latest}}\n"),
        ("NAME.none,parts.NAME", "parts: {mail: false}\nmail: {image: {tag: latest}}\n"),
    ],
)
def test_condition_of_a_dependency_switches_its_chart_off(
    condition: str, off: str, folder: Path
) -> None:
    pairs = zip(NAMES, NAMED, strict=True)
    named = (f"{each}, condition: '{condition.replace('NAME', name)}'" for name, each in pairs)
    on = "".join(f"{name}: {{enabled: true}}\n" for name in NAMES)
    files = ELSEWHERE | around("shop", *named, values=on, values_dev=off, values_prod=on)
    found = report(folder, files, ".")
    services = [["api", "web"], list(NAMES)]
    assert (list(groups(found).values()), said(found)) == (services, [])


def test_charts_inside_each_other_have_the_values_of_all_around_them(folder: Path) -> None:
    inner = {f"top/charts/{file}": text for file, text in INSIDE.items()}
    files = (
        inner | around("top/charts/shop") | around("top", values=f"shop: {{{LATEST.strip()}}}\n")
    )
    assert said(report(folder, files, ".")) == ["values.yaml:1 image-tag"]


@pytest.mark.parametrize(
    "files",
    [
        ELSEWHERE | around("shop", *NAMED, values=LATEST) | around("other", *NAMED, values=LATEST),
        INSIDE | around("shop", "name: mail, repository: 'https://acme.example'", values=LATEST),
    ],
    ids=["two-parents", "of-a-repository"],
)
def test_values_that_may_be_of_several_charts_are_laid_over_none_and_named(
    files: dict[str, str], folder: Path
) -> None:
    found = report(folder, files, ".")
    assert not [each for each in said(found) if each.endswith("image-tag")]
    assert "shop/values.yaml" in {skip.file for skip in found.skipped}


def test_charts_that_consist_of_each_other_are_read(folder: Path) -> None:
    one = chart("a", "a") | around("a", "name: b, repository: 'file://../b'")
    other = chart("b", "b") | around("b", "name: a, repository: 'file://../a'")
    found = report(folder, one | other, ".")
    assert {name for names in groups(found).values() for name in names} == {"a", "b"}


def test_values_around_that_cannot_be_read_are_an_error(folder: Path) -> None:
    found = report(folder, INSIDE | around("shop", values="mail: [\n"), ".")
    assert "shop/values.yaml" in {problem.file for problem in found.problems}


def test_configuration_has_the_values_of_charts_around_with_those_inside(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, INSIDE | around("shop", values="{}\n", values_prod=LATEST))
    assert run_command("init", ".") == 0
    assert '- files: "shop/charts/*/values.yaml"' in (folder / ".deploylint.yaml").read_text(
        "utf-8"
    )
    assert run_command("check", ".") == 0
    write(folder, {"shop/values-prod.yaml": "web: {image: {tag: latest}}\n"})
    assert run_command("check", ".", "-f", "concise") == 1
    assert "shop/values-prod.yaml:1:20: error[image-tag]" in capsys.readouterr().out


def test_configuration_names_the_values_of_charts_that_are_elsewhere(folder: Path) -> None:
    write(folder, ELSEWHERE | around("shop", *NAMED, values="{}\n", values_prod=LATEST))
    assert run_command("init", ".") == 0
    assert run_command("check", ".") == 0
    write(folder, {"shop/values-prod.yaml": "web: {image: {tag: latest}}\n"})
    assert run_command("check", ".") == 1


TAGS = dict(zip(NAMES, ("1.2.0", "latest", "1.3.0"), strict=True))


def wrapped(base: str, values: str, **more: str) -> dict[str, str]:
    """A chart, and others that wrap it."""
    listed = "name: base, repository: 'file://../../charts/base'"
    return chart("charts/base", "base", base) | {
        file: text.replace("NAME", name).replace("TAG", TAGS[name])
        for name in NAMES
        for file, text in around(f"apps/{name}", listed, values=values, **more).items()
    }


WRAPPED = "base: {image: {repository: acme/NAME, tag: TAG}}\n"
SERVED = WRAPPED.replace("}}", "}, service: {port: 80}}")
ALL_SET = VALUES.replace("NAME", "base")


@pytest.mark.parametrize(
    "files",
    [
        wrapped(ALL_SET, WRAPPED),
        wrapped(ALL_SET, SERVED),
        wrapped("# nothing\n", WRAPPED),
        wrapped(ALL_SET, "global: {x: 1}\n", values_prod=WRAPPED),
        wrapped(ALL_SET, WRAPPED.replace("TAG", "1.2.0"))
        | around(
            "shop",
            *(f"name: {name}, repository: 'file://../apps/{name}'" for name in NAMES),
            values="mail: {base: {image: {tag: latest}}}\n",
        ),
    ],
    ids=["image", "service", "empty", "environment", "umbrella"],
)
def test_charts_around_one_that_several_wrap_are_the_services(
    files: dict[str, str], folder: Path
) -> None:
    """What they do not set is as the chart inside has it."""
    found = report(folder, files, ".")
    assert {name.partition(" in ")[0]: names for name, names in groups(found).items()} == {
        "apps": list(NAMES)
    }
    tags = [each for each in found.findings if each.rule == "image-tag"]
    assert [(each.service, each.location.file.startswith("charts")) for each in tags] == [
        ("mail", False)
    ]
    is_set = files["charts/base/values.yaml"] == ALL_SET
    assert (said(found) == [f"{Path(tags[0].location.file).name}:1 image-tag"]) is is_set


def test_chart_that_one_other_wraps_is_the_service(folder: Path) -> None:
    files = wrapped(ALL_SET, WRAPPED)
    files = {file: text for file, text in files.items() if "mail" not in file and "web" not in file}
    assert list(groups(report(folder, files, ".")).values()) == [["base"]]


def test_configuration_has_the_chart_that_several_wrap_with_each(folder: Path) -> None:
    write(folder, wrapped(ALL_SET, WRAPPED, values_prod="base: {replicaCount: 3}\n"))
    assert run_command("init", ".") == 0
    written = (folder / ".deploylint.yaml").read_text("utf-8")
    assert "files: [charts/base/values.yaml, apps/mail/values.yaml]" in written
    assert "environments: {prod: [apps/mail/values-prod.yaml]}" in written
    assert run_command("check", ".") == 0
    write(folder, {"apps/web/values.yaml": WRAPPED.replace("TAG", "latest")})
    assert run_command("check", ".") == 1
