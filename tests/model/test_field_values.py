"""Values without their nodes: shared where files are written alike, the same with their nodes."""

from __future__ import annotations

from deploylint.documents.nodes import child
from deploylint.model.field_values import FieldValues, RowNumbers, field_value, field_values
from deploylint.model.service import Service, Value
from tests.support.values import service

PEER = """\
image: {repository: acme/api, tag: "1"}
imagePullSecrets: [{name: registry}]
service: {port: 8080}
env: [{name: MODE, value: fast}]
livenessProbe: {httpGet: {path: /health, port: 8080}}
"""


def fields(one: Service) -> FieldValues:
    return one.main.values


def test_field_values_of_files_written_alike_are_shared() -> None:
    first, second = service(PEER), service(PEER.replace("acme/api", "acme/web"))
    one, other = fields(first).fields.as_dict(), fields(second).fields.as_dict()
    apart = {path for path in one if one[path] is not other[path]}
    assert "image.repository" in apart
    assert apart <= {path for path in one if path.startswith(("image.", "environment."))}


def test_field_value_with_its_nodes_and_without_is_the_same() -> None:
    values = fields(service(PEER))
    for path, found in values.fields.as_dict().items():
        view = values.rows.value(found)
        again = values.rows.field_value(view)
        assert [getattr(again, name) for name in ("state", "data", "at", "note", "parts")] == [
            getattr(found, name) for name in ("state", "data", "at", "note", "parts")
        ], path
        assert (again.leaves, again.inherited, again.derived) == (
            found.leaves,
            found.inherited,
            found.derived,
        )


def test_field_values_view_is_made_once() -> None:
    values = fields(service(PEER))
    assert values["service.port"] is values["service.port"]
    assert values.value("service.port") is values["service.port"]
    assert values.value("no.such").state == "absent"


def test_row_numbers_of_a_made_node_are_the_node_itself() -> None:
    root = service(PEER).root
    port = child(root, "service")
    assert port is not None
    made = port.made("8080", "")
    rows = RowNumbers()
    assert rows.number(made) is made
    assert rows.node(rows.number(port)) is port
    assert rows.node(rows.number(port.key)) is port.key


def test_row_numbers_of_two_documents_are_apart() -> None:
    rows = RowNumbers()
    first, second = service(PEER).root, service(PEER).root
    assert rows.number(first) != rows.number(second)
    assert rows.node(rows.number(second)) is second
    assert rows.row(rows.number(second)) == (second.table, second.row)


def test_field_values_updated_keep_the_values_that_were_given() -> None:
    values = fields(service(PEER))
    given = Value("known", 1, note="given")
    changed = values.updated({"replicas.count": given})
    assert changed["replicas.count"] is given
    assert "replicas.count" not in values
    assert (
        field_values({"replicas.count": given}).fields.as_dict()["replicas.count"].note == "given"
    )


def test_field_value_of_a_tree_is_its_own() -> None:
    assert field_value("known", {"a": 1}) is not field_value("known", {"a": 1})
    assert field_value("known", ["a"]) is field_value("known", ["a"])
    assert field_value("known", True) is not field_value("known", 1)
    assert field_value("known", [True]) is not field_value("known", [1])
