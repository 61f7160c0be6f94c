"""Field paths: what a rule or an allowance names, and which of them hold another one."""

from __future__ import annotations

import pytest

from deploylint.model.fields import ADDRESSES, ELEMENTS
from deploylint.model.paths import (
    OF_SOURCES,
    covers_path,
    expand_selectors,
    field_of,
    matching,
    name_in,
    parents,
)


def fields(element: str) -> list[str]:
    return [f"{element}.{field}" for field in ELEMENTS[element].fields]


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("service", fields("service")),
        ("service.port", ["service.port"]),
        ("service.*", fields("service")),
        ("*-probe.path", [f"{k}-probe.path" for k in ("liveness", "readiness", "startup")]),
        ("resources.limits", [p for p in fields("resources") if p.startswith("resources.limits.")]),
        ("resources.limits.cpu", ["resources.limits.cpu"]),
        ("environment.variables.MODE", ["environment.variables.MODE"]),
        ("environment.variables.a.b", ["environment.variables.a.b"]),
        ("service.port.x", []),
        ("servic", []),
        ("service.prt", []),
        ("", []),
    ],
)
def test_pattern_names_its_field_paths(pattern: str, paths: list[str]) -> None:
    assert matching(pattern) == paths


def test_pattern_with_a_question_mark_or_a_set_is_wild() -> None:
    assert matching("service.por?") == ["service.port"]
    assert matching("service.[p]ort") == ["service.port"]


def test_selectors_with_a_path_twice_give_it_once() -> None:
    found = expand_selectors(["service.port", "service"])
    assert found == ["service.port", *(path for path in fields("service") if path != found[0])]


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        ("servce", "did you mean 'service'?"),
        ("service.prt", "did you mean 'service.port'?"),
        ("environment.variables.MODE", "one of "),
        ("zzzzzz", "one of image-pull-secrets, image, service, "),
    ],
)
def test_selector_that_names_nothing_is_refused_with_the_nearest_word(
    pattern: str, hint: str
) -> None:
    with pytest.raises(ValueError, match="unknown element or field") as error:
        expand_selectors([pattern])
    message = f"unknown element or field {pattern!r}; {hint}"
    assert str(error.value).startswith(message)


def test_selector_of_nothing_near_lists_the_elements_alone() -> None:
    with pytest.raises(ValueError, match="unknown element or field") as error:
        expand_selectors(["zzzzzz"])
    assert "service.port" not in str(error.value)


def test_selector_of_a_part_of_a_tree_is_taken_where_parts_may_be_named() -> None:
    part = "environment.variables.MODE"
    assert expand_selectors([part], parts=True) == [part]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("service.port", "service.port"),
        ("environment.variables.MODE", "environment.variables"),
        ("environment.variables.a.b", "environment.variables"),
        ("resources.limits.cpu", "resources.limits.cpu"),
        ("resources.limits", "resources.limits"),
        ("unknown.a.b", "unknown.a"),
        ("key:a.b.c", "key:a.b.c"),
    ],
)
def test_path_belongs_to_its_field(path: str, field: str) -> None:
    assert field_of(path) == field


@pytest.mark.parametrize(
    ("paths", "path", "covered"),
    [
        (["service.port"], "service.port", True),
        (["service.port"], "service.type", False),
        (["environment.variables"], "environment.variables.MODE", True),
        (["environment.variables.MODE"], "environment.variables.MODE", True),
        (["environment.variables.MODE"], "environment.variables.LEVEL", False),
        (["environment.variables.MODE"], "environment.variables", False),
        (["resources.limits.cpu"], "resources.limits", False),
        ([p for p in ADDRESSES if p.startswith("resources.limits.")], "resources.limits", True),
        (list(ADDRESSES), "unknown", False),
        ([], "service.port", False),
        (fields("resources"), "resources", True),
        (fields("resources")[1:], "resources", False),
        (["service.port", "key:a.*"], "key:a.b", True),
        (["key:a"], "service.port", False),
    ],
)
def test_paths_cover_themselves_their_parts_and_levels_that_are_whole(
    paths: list[str], path: str, covered: bool
) -> None:
    assert covers_path(paths, path) is covered


@pytest.mark.parametrize(
    ("path", "levels"),
    [
        ("resources.limits.cpu", ["resources.present", "resources.limits"]),
        ("service.port", ["service.present"]),
        ("a.b.c.d", ["a.present", "a.b", "a.b.c"]),
        ("key:a.b.c", []),
    ],
)
def test_parents_of_a_path_are_its_levels_highest_first(path: str, levels: list[str]) -> None:
    assert parents(path) == levels


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("service.target-port", "target-port"),
        ("environment.variables.x", "x"),
        ("image", "image"),
        ("key:mesh.enabled", "enabled"),
        ("key:spec.containers[name=app].image", "image"),
        ("key:env[name=MODE].value", "MODE"),
    ],
)
def test_value_is_called_by_the_last_step_of_its_path(path: str, name: str) -> None:
    assert name_in(path) == name


def test_paths_of_sources_are_those_of_dockerfiles_and_code() -> None:
    assert {path.partition(".")[0] for path in OF_SOURCES} == {"code", "dockerfile"}
    assert "dockerfile.user" in OF_SOURCES
