"""References to variables that nothing in a container sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers.kubernetes.faults.test_objects import found, workload

MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop-env}\ndata: {REGION: eu}\n---\n"
RULES = ("unset-variable", "unknown-key")
FROM_MAP = "envFrom: [{configMapRef: {name: shop-env}}]"
FROM_SECRET = "envFrom: [{configMapRef: {name: shop-env}}, {secretRef: {name: shop-secret}}]"


@pytest.mark.parametrize(
    ("container", "count"),
    [
        ("args: [--zone=$(ZONE)]", 1),
        ("command: [sh, -c, 'serve $(ZONE) $(ZONE)']", 1),
        ("args: [--zone=$(ZONE)]\n        env: [{name: ZONE, value: a}]", 0),
        ("args: [--zone=$(ZONE)]\n        env: [{name: '{{ .Values.zone }}', value: a}]", 0),
        ("args: [--zone=$$(ZONE), $(date), $(zone), '$ZONE', $(ORDERS_SERVICE_HOST)]", 0),
        ('args: ["# of $(ZONE)\\nserve"]', 0),  # a script
        # from whole objects
        (f"args: [$(REGION)]\n        {FROM_MAP}", 0),
        (f"args: [$(ZONE)]\n        {FROM_MAP}", 1),
        (f"args: [$(ZONE)]\n        {FROM_SECRET}", 0),  # the Secret is elsewhere
        ("args: [$(ZONE)]\n        envFrom: [{configMapRef: {name: other}}]", 0),
        (
            "args: [$(A_REGION)]\n        envFrom: [{prefix: A_, configMapRef: {name: shop-env}}]",
            0,
        ),
        ("args: [$(REGION)]\n        envFrom: [{prefix: A_, configMapRef: {name: shop-env}}]", 1),
        # of variables only what is above
        ("env: [{name: URL, value: 'http://$(HOST)'}]", 1),
        ("env: [{name: HOST, value: a}, {name: URL, value: 'http://$(HOST)'}]", 0),
        ("env: [{name: URL, value: 'http://$(HOST)'}, {name: HOST, value: a}]", 1),
        (f"env: [{{name: URL, value: 'http://$(REGION)'}}]\n        {FROM_MAP}", 0),
        # nearly called so, which is another fault
        ("args: [$(RIGION)]\n        env: [{name: REGION, value: a}]", 1),
    ],
)
def test_reference_to_a_variable_that_nothing_sets_is_found(
    container: str, count: int, tmp_path: Path
) -> None:
    assert len(found(tmp_path, RULES, MAP, workload(container))) == count
