"""The formats of ``deploylint show``: for people, for editors, for programs."""

from __future__ import annotations

from collections.abc import Callable

from deploylint import __version__
from deploylint.model.decode import encode
from deploylint.model.format import format_value
from deploylint.model.service import Service
from deploylint.model.types import Plain
from deploylint.reports import Look, show_text
from deploylint.reports.show_model import ShowReport, ShowRow, other_rows, rows
from deploylint.reports.text.escape import safe


def _concise(shown: ShowReport, look: Look) -> str:
    """``file:line:col: address: state value (note)``; the file alone where nothing is written."""
    lines = [
        _concise_line(shown.file, component.key, row)
        for service in shown.services
        for component in service.components
        for row in rows(service, component)
    ]
    lines += [
        f"{row.place.file}:{row.spot}: key:{row.key}: {row.content}"
        for service in shown.services
        for row in other_rows(service)
    ]
    lines += [f"{p.file}:{p.line}:{p.column}: problem: {p.message}" for p in shown.problems]
    if shown.skipped:
        lines.append(f"{shown.file}: not read: {shown.skipped}")
    return "".join(safe(line, look) + "\n" for line in lines)


def _concise_line(file: str, component: str, row: ShowRow) -> str:
    where = file if row.place is None else f"{row.place.file}:{row.spot}"
    value = f" {format_value(row.value)}" if row.state == "known" else ""
    note = f" ({row.note})" if row.note else ""
    return f"{where}: {component}/{row.address}: {row.state}{value}{note}"


def _json(shown: ShowReport, look: Look) -> str:
    return encode(
        {
            "schema": "deploylint/show/v1",
            "tool": {"name": "deploylint", "version": __version__},
            "file": shown.file,
            "profile": shown.profile,
            "profile_because": shown.profile_because,
            "skipped": shown.skipped or None,
            "services": [_service(service) for service in shown.services],
            "errors": [problem._asdict() for problem in shown.problems],
        }
    )


def _service(service: Service) -> dict[str, Plain]:
    return {
        "name": service.name,
        "runtime": service.runtime or None,
        "runtime_because": service.runtime_because or None,
        "own_names": list(service.own_names),
        "notes": list(service.notes),
        "components": [
            {
                "key": component.key,
                "role": component.role,
                "values": [_value(row) for row in rows(service, component)],
            }
            for component in service.components
        ],
        "other_keys": [
            {
                "key": row.key,
                "values": row.size,
                "value": row.value,
                "location": row.place._asdict(),
            }
            for row in other_rows(service)
        ],
    }


def _value(row: ShowRow) -> dict[str, Plain]:
    at = None if row.place is None else row.place._asdict()
    return {
        "address": row.address,
        "state": row.state,
        "value": row.value,
        "note": row.note,
        "location": at,
    }


FORMATS: dict[str, Callable[[ShowReport, Look], str]] = {
    "text": show_text.write,
    "concise": _concise,
    "json": _json,
}
"""Every format of ``show`` and its writer."""
