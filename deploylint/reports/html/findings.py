"""The findings: a line for each, which opens to the lines of both files, the reason and the fix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from deploylint.config.allowances import days_left
from deploylint.engine.result import Report
from deploylint.model.finding import Allowance, Finding, Location
from deploylint.policy.causes import find_causes
from deploylint.policy.messages import pattern_text
from deploylint.reports import Look
from deploylint.reports.fix import what_to_do
from deploylint.reports.html.elements import Child, element
from deploylint.reports.text.matrix import FILE
from deploylint.reports.text.snippets import Excerpts
from deploylint.reports.text.summary import count
from deploylint.reports.text.violations import excerpts_for

FILTERS = ("status", "group", "service", "element", "rule", "owner", "cause")
"""What the findings can be filtered by: each is a data attribute of a finding, and a choice."""


_ORDER = ("error", "warning", "unknown", "allowed")
"""What a finding is called, the most urgent first."""


def findings_part(report: Report, look: Look) -> Iterator[Element]:
    """The choices of the filter, how many findings it shows, and the findings."""
    findings = sorted(report.findings, key=lambda finding: _ORDER.index(_label(finding)))
    causes = {
        finding.fingerprint: (cause.id, len(cause.findings) + len(cause.follows))
        for cause in find_causes(findings, report.peers)
        for finding in (*cause.findings, *cause.follows)
    }
    excerpts = excerpts_for(findings, report, look)
    known = [_known(finding, causes[finding.fingerprint][0]) for finding in findings]
    yield _form(known)
    number = count(len(findings), "finding")
    yield element("p", number, id="shown", role="status", aria_live="polite")
    yield element(
        "div",
        *(
            _of_finding(finding, data, causes[finding.fingerprint][1], excerpts, report.today)
            for finding, data in zip(findings, known, strict=True)
        ),
        id="list",
    )


def _known(finding: Finding, cause: str) -> dict[str, str]:
    """What a finding is filtered by."""
    within = f" in {finding.environment}" if finding.environment else ""
    return {
        "status": _label(finding),
        "group": f"{finding.group}{within}",
        "service": finding.service,
        "element": finding.element or FILE,
        "rule": finding.rule,
        "owner": finding.allowance.owner if finding.allowance else "",
        "cause": cause,
    }


def _label(finding: Finding) -> str:
    return finding.severity if finding.status == "violation" else finding.status


def _form(known: Sequence[dict[str, str]]) -> Element:
    """A search field and a choice for each filter that has one."""
    search = element(
        "label", "Search ", element("input", type="search", name="text", placeholder="/")
    )
    choices = (
        _choice(name, sorted({data[name] for data in known} - {""}))
        for name in FILTERS
        if name != "cause"
    )
    shown = [choice for choice in choices if choice is not None]
    hidden = element("input", type="hidden", name="cause")
    reset = element("button", "Show all", type="reset")
    return element("form", search, *shown, hidden, reset, id="filter", role="search")


def _choice(name: str, values: Sequence[str]) -> Element | None:
    if not values:
        return None
    options = [element("option", "all", value="")]
    options += [element("option", value, value=value) for value in values]
    return element("label", f"{name.capitalize()} ", element("select", *options, name=name))


def _of_finding(
    finding: Finding, data: dict[str, str], alike: int, excerpts: Excerpts, today: str
) -> Element:
    label = _label(finding)
    kind = {"error": "violation"}.get(label, label)
    title = element(
        "summary",
        element("span", label, class_=f"label {kind}"),
        " ",
        element("span", finding.message, class_="message"),
        " ",
        element("span", f"{finding.location.file}:{finding.location.line}", class_="place"),
        " ",
        element("span", f"{data['service']} ", element("samp", finding.rule), class_="of"),
    )
    body = (child for child in _body(finding, data["cause"], alike, excerpts, today))
    attributes = {f"data_{name}": value for name, value in data.items()}
    identity = f"f-{finding.fingerprint}"
    return element("details", title, *body, id=identity, class_="finding", **attributes)


def _body(
    finding: Finding, cause: str, alike: int, excerpts: Excerpts, today: str
) -> Iterator[Element]:
    places = [("here", finding.location)]
    if finding.reference_location is not None:
        places.append(("reference", finding.reference_location))
    places += [(text or role, at) for role, at, text in finding.related]
    yield element("div", *(_excerpt(name, at, excerpts) for name, at in places), class_="sides")
    facts: dict[str, Child] = {"Why": finding.why}
    if finding.status == "violation" and (fix := what_to_do(finding)):
        facts["Fix"] = fix
    if finding.address:
        facts["Field"] = element("samp", finding.path)
    facts["Fingerprint"] = element("samp", finding.fingerprint)
    if alike > 1:
        facts["Cause"] = element("a", f"all {alike} of this cause", href=f"#findings?cause={cause}")
    yield facts_list(facts)
    if finding.allowance is not None:
        yield facts_list(allowance_facts(finding.allowance, today))


def _excerpt(name: str, place: Location, excerpts: Excerpts) -> Element:
    """The lines of a place with the words that are meant marked."""
    lines: list[Child] = []
    for number, characters, marked in excerpts.rows(place):
        lines.append(element("span", f"{number:>5} ", class_="number"))
        if marked is None:
            lines.append("".join(characters) + "\n")
            continue
        lines.append("".join(characters[: marked.start]))
        lines.append(element("mark", "".join(characters[marked.start : marked.end])))
        lines.append("".join(characters[marked.end :]) + "\n")
    caption = element("figcaption", f"{name}: {place.file}:{place.line}:{place.column}")
    code = [element("pre", *lines, tabindex="0")] if lines else []
    return element("figure", caption, *code)


def facts_list(facts: dict[str, Child]) -> Element:
    """Terms and what is said of each."""
    pairs = (
        part for term, text in facts.items() for part in (element("dt", term), element("dd", text))
    )
    return element("dl", *pairs)


def allowance_facts(allowance: Allowance, today: str) -> dict[str, Child]:
    """What an allowance says, and how long it holds still."""
    facts: dict[str, Child] = {
        "Allowance": element("samp", allowance.id),
        "From": element("samp", pattern_text(allowance.expected)),
        "To": element("samp", pattern_text(allowance.actual)),
        "Because": allowance.because,
    }
    given = {"Owner": allowance.owner, "Ticket": allowance.ticket, "Until": clock(allowance, today)}
    facts |= {term: text for term, text in given.items() if text}
    facts["Written"] = f"{allowance.place}{' (shipped)' * allowance.is_shipped}"
    if allowance.is_shipped:
        facts["To withdraw it"] = element("samp", allowance.withdrawal)
    return facts


def clock(allowance: Allowance, today: str) -> str:
    """The last day of an allowance and the days until then; "" without an end."""
    if not allowance.until:
        return ""
    days = days_left(allowance, today)
    left = f"{count(days, 'day')} left" if days >= 0 else f"over for {count(-days, 'day')}"
    return f"{allowance.until} ({left})"
