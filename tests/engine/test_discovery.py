"""Why paths are skipped, in words that many of them share."""

from __future__ import annotations

import pytest

from deploylint.engine.discovery import Skipped, count_reasons


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("a dot folder", "a dot folder"),
        ("web: sets no key of profile helm-create", "sets no key of profile helm-create"),
        ("an Argo CD ApplicationSet: sets no Helm values",) * 2,
        ("templates of a chart; render it first: helm template NAME x", "templates of a chart"),
        (
            "line 7: Role api not part of a workload; line 9: Secret api not used by a workload",
            "objects not part of a workload",
        ),
        (
            "line 1: Job sync: a patch or an incomplete workload",
            "a patch or an incomplete workload",
        ),
        ("3 more in this file; only Helm values are read", "more in this file"),
    ],
)
def test_kind_of_a_reason_holds_no_name(reason: str, kind: str) -> None:
    assert Skipped("a.yaml", reason).kind == kind


def test_reasons_of_many_paths_are_counted_and_few_are_named() -> None:
    reasons = ["empty"] * 3 + [f"x{n}: no mapping" for n in range(5)] + ["a", "b", "c", "d"]
    skipped = [Skipped(f"{number}.yaml", reason) for number, reason in enumerate(reasons)]
    assert count_reasons(skipped) == (
        "5 paths: no mapping; 3 paths: empty; 1 path: a; 1 path: b; 2 for other reasons"
    )
    assert count_reasons(skipped[:1]) == "0.yaml: empty"


def test_reasons_of_three_thousand_paths_take_a_few_words() -> None:
    skipped = [Skipped(f"{n}.yaml", f"because of {n}") for n in range(3000)]
    assert len(count_reasons(skipped)) < 200
