"""Which service the others follow, why, and what cannot be compared without one."""

from __future__ import annotations

from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from deploylint.config import load as config
from deploylint.engine import check
from deploylint.engine.discovery import STDIN
from deploylint.engine.result import Report
from deploylint.model.errors import Misread, UsageError
from tests.support.findings import report_texts
from tests.support.projects import report as projects_report
from tests.support.projects import write
from tools import TODAY

GROUP = "groups: {g: {reference: %s, services: [{files: 'deploy/*.yaml'}]}}\n"


def service(kind: str) -> str:
    return f'image: {{repository: acme/api, tag: "1"}}\nservice: {{type: {kind}}}\n'


def report(folder: Path, *services: str, **asked: Any) -> Report:
    return report_texts(folder, *services, rule="element: service.type, must: equal", **asked)


def chosen(found: Report) -> tuple[str, str]:
    """The reference, and why it is."""
    (group,) = found.groups
    return group.reference.name if group.reference else "", group.reference_because


@pytest.mark.parametrize(
    ("reference", "configuration", "name", "because"),
    [
        ("web", "", "web", "--reference"),
        ("deploy-web.yaml", "", "web", "--reference"),
        ("deploy/deploy-web.yaml", "", "web", "--reference"),
        ("./deploy/deploy-web.yaml", "", "web", "--reference"),
        ("", "reference: deploy-web.yaml\n", "web", ".deploylint.yaml: deploy-web.yaml"),
        (
            "",
            "reference: [nothing.yaml, deploy-web.yaml]\n",
            "web",
            ".deploylint.yaml: deploy-web.yaml",
        ),
        (
            "",
            "reference: [deploy-web.yaml, deploy-python.yaml]\n",
            "web",
            ".deploylint.yaml: deploy-web.yaml",
        ),
        ("python", "reference: deploy-web.yaml\n", "python", "--reference"),
        ("", GROUP % "web", "web", "group g: web"),
        ("", GROUP % "deploy-web.yaml", "web", "group g: deploy-web.yaml"),
        ("python", GROUP % "web", "python", "--reference"),
        ("", "reference: none\n", "", "none, as configured"),
        ("", GROUP % "none", "", "none, as configured"),
        ("web", "reference: none\n", "web", "--reference"),
        ("", "reference: web\n", "web", ".deploylint.yaml: web"),
        (
            "",
            "reference: nothing.yaml\n",
            "",
            ".deploylint.yaml names nothing.yaml, and deploy has none",
        ),
        (
            "",
            "reference: deploy-wed.yaml\n",
            "",
            ".deploylint.yaml names deploy-wed.yaml, and deploy has none; "
            "did you mean 'deploy-web.yaml'?",
        ),
    ],
)
def test_reference_is_an_option_or_configured_or_known_by_its_file(
    reference: str, configuration: str, name: str, because: str, folder: Path
) -> None:
    texts = [service(kind) for kind in "AB"]
    found = report(folder, *texts, reference=reference, configuration=configuration)
    assert chosen(found) == (name, because)


def test_reference_option_that_does_not_exist_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError) as error:
        report(folder, *map(service, "AB"), reference="shop")
    assert str(error.value) == (
        "--reference shop: no such service in deploy; "
        "choose from deploy/deploy-python.yaml, deploy/deploy-web.yaml"
    )


def test_reference_of_a_group_that_does_not_exist_is_refused_at_its_location(folder: Path) -> None:
    with pytest.raises(Misread) as error:
        report(folder, *map(service, "AB"), configuration=GROUP % "shop")
    problem = error.value.problem
    assert (problem.file, problem.line, problem.column) == (".deploylint.yaml", 2, 25)
    assert problem.message == "group g has no service 'shop'; one of python, web"


BROKEN = "a: [\n"


@pytest.mark.parametrize(
    ("reference", "configuration"),
    [
        ("", ""),
        ("deploy/deploy-python.yaml", ""),
        ("python", ""),
        ("", GROUP % "python"),
        ("", "reference: deploy-python.yaml\n"),
    ],
)
def test_reference_that_cannot_be_read_leaves_nothing_compared(
    reference: str, configuration: str, folder: Path
) -> None:
    found = report(
        folder, BROKEN, *map(service, "BB"), reference=reference, configuration=configuration
    )
    assert chosen(found) == ("", "cannot be read")
    assert [problem.file for problem in found.problems] == ["deploy/deploy-python.yaml"]
    assert found.findings == ()


def test_reference_among_files_that_none_can_be_read_is_not_blamed(folder: Path) -> None:
    found = report(folder, BROKEN, BROKEN, reference="shop")
    assert chosen(found) == ("", "cannot be read")
    assert len(found.problems) == 2


def test_reference_is_compared_beside_an_unreadable_peer(folder: Path) -> None:
    found = report(folder, service("A"), BROKEN, service("B"))
    assert chosen(found)[0] == "python"
    assert len(found.findings) == 1


ALONE = "only one service given, nothing to compare it with;"
NO_MAJORITY = (
    "no reference, and no majority (needs 3 services of one role that agree); set the reference:"
)
NOTHING_COMPARED = (
    "nothing was checked: no selected rule applies to these files; "
    "select others with --rule, or run without it"
)


@pytest.mark.parametrize(
    ("kinds", "configuration", "file", "message"),
    [
        (
            "A",
            "",
            "python",
            f"{ALONE} add another service, or set reference: none in .deploylint.yaml",
        ),
        (
            "AB",
            "reference: nothing.yaml\n",
            "python",
            f"{NO_MAJORITY} deploylint check --reference deploy/deploy-python.yaml deploy".replace(
                "no reference",
                "no reference (.deploylint.yaml names nothing.yaml, and deploy has none)",
            ),
        ),
        ("A", "reference: none\n", "python", NOTHING_COMPARED),
        ("AB", "reference: none\n", "python", NOTHING_COMPARED),
        ("AB", "", "", ""),
        ("AAA", "reference: nothing.yaml\n", "", ""),
    ],
)
def test_reference_that_is_missing_is_reported_with_a_command(
    kinds: str, configuration: str, file: str, message: str, folder: Path
) -> None:
    found = report(folder, *map(service, kinds), configuration=configuration)
    wanted = [(f"deploy/deploy-{file}.yaml", 1, 1, message)] if file else []
    assert [(each.file, each.line, each.column, each.message) for each in found.problems] == wanted


def test_single_service_that_is_named_is_compared_with_its_folder(folder: Path) -> None:
    report(folder, service("A"), service("B"))
    asked = [folder / "deploy" / "deploy-python.yaml"]
    found = check.check(asked, check.CheckOptions(), config.load(), TODAY)
    assert [problem.message for problem in found.problems] == [
        f"{ALONE} check the folder: deploylint check deploy"
    ]


def test_reference_of_a_single_service_on_standard_input_is_requested(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(service("A").encode())))
    found = check.check([STDIN], check.CheckOptions(), config.load(), TODAY)
    assert [problem.message for problem in found.problems] == [
        "only one service given, nothing to compare it with; set its reference: "
        "deploylint check --reference FILE -"
    ]


def test_folder_without_a_service_names_its_files(folder: Path) -> None:
    found = report(folder, "", configuration="reference: nothing.yaml\n")
    (problem,) = found.problems
    assert problem.message == ("no deployment to compare (deploy/deploy-python.yaml: empty)")


def test_folder_without_a_service_is_named_where_it_has_several_files(folder: Path) -> None:
    (problem,) = report(folder, "", "", configuration="").problems
    assert (problem.file, problem.line, problem.column, problem.message) == (
        "deploy/",
        1,
        1,
        "no deployment to compare (2 paths: empty)",
    )


@pytest.mark.parametrize(("kinds", "voted"), [("AAAB", True), ("AAB", True), ("AB", False)])
def test_reference_that_is_not_named_is_the_majority_if_there_is_one(
    kinds: str, voted: bool, folder: Path
) -> None:
    found = report(folder, *map(service, kinds), configuration="reference: nothing.yaml\n")
    assert found.groups[0].voted is voted


def test_reference_of_the_default_configuration_is_known_by_its_file(folder: Path) -> None:
    found = report(folder, *map(service, "AB"))
    assert found.groups[0].reference is not None
    assert found.groups[0].reference.name == "python"


def test_reference_that_no_file_is_called_after_is_the_majority(folder: Path) -> None:
    write(folder, {f"deploy/{name}.yaml": service("ClusterIP") for name in ("mail", "shop", "web")})
    (group,) = projects_report("deploy").groups
    assert (group.reference, group.voted) == (None, True)
