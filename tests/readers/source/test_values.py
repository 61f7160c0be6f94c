"""Facts of the code as values of a component."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.documents.reader import Document, read_text
from deploylint.model.service import Value
from deploylint.readers.helm import profile
from deploylint.readers.service import read_service
from deploylint.readers.source import read_folder
from deploylint.readers.source.values import with_facts

CODE = """package main
import ("flag"; "net/http"; "os"; "github.com/hibiken/asynq")
func main() {
addr := os.Getenv("ADDR")
http.HandleFunc("/users:batch", h)
http.ListenAndServe(addr, nil)
asynq.NewServer(o, asynq.Config{Queues: map[string]int{"mail:high": 1}})
}
"""


def value(folder: Path, field: str, values: str = "") -> Value:
    """A field of the main component of a service with this code."""
    (folder / "main.go").write_text(CODE)
    document = read_text(f"image: {{repository: acme/api}}\n{values}", "deploy-api.yaml")
    assert isinstance(document, Document)
    service = read_service(document, profile.load("helm-create"))
    assert service is not None
    facts = read_folder(folder, folder).facts
    return with_facts(service, facts, service.root).main.value(f"code.{field}")


@pytest.mark.parametrize(
    ("field", "data"), [("routes", ["/users:batch"]), ("queues", ["mail:high"])]
)
def test_with_facts_of_a_text_with_a_colon_keeps_all_of_it(
    field: str, data: list[str], tmp_path: Path
) -> None:
    assert value(tmp_path, field).data == data


@pytest.mark.parametrize(
    ("values", "state", "data"),
    [
        ("env: {ADDR: '0.0.0.0:8001'}\n", "known", ["8001"]),
        ("env: {ADDR: '8001'}\n", "known", ["8001"]),
        ("env: {ADDR: ''}\n", "absent", None),
        ("", "unknown", []),
    ],
)
def test_with_facts_of_a_variable_gives_that_of_the_deployment(
    values: str, state: str, data: list[str] | None, tmp_path: Path
) -> None:
    ports = value(tmp_path, "ports", values)
    assert (ports.state, ports.data) == (state, data)
