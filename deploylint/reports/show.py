"""The formats of ``deploylint show``: for people, for editors, for programs."""

from __future__ import annotations

from deploylint.model.decode import encode
from deploylint.model.format import format_value
from deploylint.model.service import Service
from deploylint.model.types import Plain
from deploylint.reports import Look, show_text
from deploylint.reports.json_schema import TOOL, errors
from deploylint.reports.show_model import OtherRow, ShowReport, ShowRow, other_rows, rows
from deploylint.reports.text.escape import at, safe_lines


def write_text(report: ShowReport, look: Look) -> str:
    """For people."""
    return show_text.write(report, look)


def write_concise(report: ShowReport, look: Look) -> str:
    """``file:line:col: address: state value (note)``; the file alone where nothing is written."""
    lines = [
        _concise_line(report.file, component.key, row)
        for service in report.services
        for component in service.components
        for row in rows(service, component)
    ]
    lines += [
        f"{at(row.location)}: key:{row.key}: {row.content}"
        for service in report.services
        for row in other_rows(service)
    ]
    lines += [f"{at(problem)}: problem: {problem.message}" for problem in report.problems]
    if report.skipped:
        lines.append(f"{report.file}: not read: {report.skipped}")
    return safe_lines(lines, look)


def _concise_line(file: str, component: str, row: ShowRow) -> str:
    place = file if row.location is None else at(row.location)
    value = f" {format_value(row.value)}" if row.state == "known" else ""
    note = f" ({row.note})" if row.note else ""
    return f"{place}: {component}/{row.address}: {row.state}{value}{note}"


def write_json(report: ShowReport, look: Look) -> str:
    """As data."""
    return encode(
        {
            "schema": "deploylint/show/v1",
            "tool": TOOL,
            "file": report.file,
            "profile": report.profile,
            "profile_because": report.profile_because,
            "skipped": report.skipped or None,
            "services": [_service(service) for service in report.services],
            "errors": errors(report.problems),
        }
    )


def _service(service: Service) -> dict[str, Plain]:
    components = [
        {
            "key": component.key,
            "role": component.role,
            "values": [_data(row) for row in rows(service, component)],
        }
        for component in service.components
    ]
    return {
        "name": service.name,
        "runtime": service.runtime or None,
        "runtime_because": service.runtime_because or None,
        "own_names": list(service.own_names),
        "notes": list(service.notes),
        "components": components,
        "other_keys": [_data(row) for row in other_rows(service)],
    }


def _data(row: ShowRow | OtherRow) -> dict[str, Plain]:
    return row._asdict() | {"location": row.location and row.location._asdict()}
