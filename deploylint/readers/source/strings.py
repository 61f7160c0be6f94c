"""The texts that an expression can be: literals, or what a flag or a variable gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product

from deploylint.documents.nodes import Node
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.readers.source.calls import CallRule
from deploylint.readers.source.ir import (
    Call,
    Composite,
    Expression,
    Literal,
    Parameter,
    Sum,
    Where,
)
from deploylint.readers.source.resolve import MOST, Match, Program, limit_values

DEPTH = 20
"""The levels of texts inside one another that are followed."""

LONGEST = 10_000
"""The length of the longest text that is put together: no flag, path or queue is as long."""

_VARIABLE_FUNCTION = CallRule("", "", variable=(0,), default=(1,))
"""A function of the code that returns a variable of the environment, or its second parameter."""

_DIRECTIVE = regex(r"%[dsv]")


class Text(Record):
    """One text that an expression may be.

    ``text``: the text, None if it is unknown; with a flag or variable its default.
    ``node``: its location.
    ``flag``: the flag that gives it, or "".
    ``variable``: the variable that gives it, or "".
    ``prefix``: the location of its beginning, if that is elsewhere.
    """

    text: str | None
    node: Node
    flag: str = ""
    variable: str = ""
    prefix: Node | None = None


class Gap(Record):
    """Why there may be more facts than were found: a set of facts with a gap is open.

    ``node``: where, if that is one place.
    """

    node: Node | None
    why: str


FactSet = tuple[Text | Gap, ...]
"""The facts of one kind that the code states, and what leaves the set open."""


def texts(program: Program, written: Expression | None, depth: int = DEPTH) -> list[Text]:
    """All texts that an expression can be."""
    if written is None:
        return []
    known = program.texts.get((written, depth))
    if known is None:
        every = (
            text
            for origin in program.origins(written)
            for text in (_texts(program, origin, depth) if depth else [Text(None, origin.node)])
        )
        known = program.texts[written, depth] = limit_values(every, Text(None, written.node))
    return known


def _texts(program: Program, origin: Expression, depth: int) -> Iterable[Text]:
    if isinstance(origin, Literal):
        return [Text(str(origin.value), origin.node)]
    if isinstance(origin, Sum):
        parts = [texts(program, part, depth - 1) for part in origin.parts]
        return _concatenated(parts, origin.node)
    if isinstance(origin, Call):
        return _call_texts(program, origin, depth)
    if isinstance(origin, Parameter) and _is_flag(program, origin):
        default = origin.default
        if isinstance(default, Call):
            default = default.argument((0, "default"))
        given = Text(None, origin.node, flag=origin.name.replace("_", "-"))
        return _with_default(given, texts(program, default, depth - 1))
    return [Text(None, origin.node)]


def _call_texts(program: Program, call: Call, depth: int) -> Iterable[Text]:
    own = [_VARIABLE_FUNCTION for f in program.functions(call) if program.reads_variable(f)]
    for row in (*program.rows(call), *own):
        default = texts(program, call.argument(row.default), depth - 1)
        if row.flag:
            flag = next(iter(flag_names(program, Match(call, row))), None)
            given = None if flag is None else Text(None, call.node, flag=flag.text or "")
            return [] if given is None else _with_default(given, default)
        if row.variable:
            names = texts(program, call.argument(row.variable), depth - 1)
            if len(names) != 1 or names[0].text is None:
                return [Text(None, call.node)]
            return _with_default(Text(None, call.node, variable=names[0].text), default)
        if row.through:
            return [*texts(program, call.argument(row.through), depth - 1), *default]
        if row.text or row.is_format:
            arguments = {p: texts(program, a, depth - 1) for p, a in call.arguments.items()}
            if row.is_format:
                return _formatted(arguments, call.node)
            parts = [arguments.get(p) or [Text(str(p), call.node)] for p in row.text]
            return _concatenated(parts, call.node)
    return [Text(None, call.node)]


def _with_default(given: Text, default: list[Text]) -> list[Text]:
    """The texts of a flag or a variable, with its default."""
    return [
        Text(text.text, text.node, text.flag or given.flag, text.variable or given.variable)
        for text in default or [given]
    ]


def _formatted(arguments: Mapping[Where, list[Text]], node: Node) -> Iterator[Text]:
    """The texts of a format, the first of some arguments; the others stand for its directives."""
    unknown = [Text(None, node)]
    for form in arguments.get(0) or unknown:
        literals = _DIRECTIVE.split(form.text or "%")
        if any("%" in literal for literal in literals):  # a directive that is not read
            yield from unknown
            continue
        parts = [[Text(literals[0], node)]]
        for number, literal in enumerate(literals[1:], 1):
            parts += (arguments.get(number) or unknown, [Text(literal, node)])
        yield from _concatenated(parts, node)


def _concatenated(parts: list[list[Text]], node: Node) -> Iterator[Text]:
    """All concatenations of the parts; the flag or variable that gives a part gives the whole."""
    for chosen in islice(product(*parts), MOST):
        given = [text for text in chosen if text.flag or text.variable]
        unknown = [text for text in chosen if text.text is None]
        if len(given) > 1 or not set(unknown) <= set(given):
            yield Text(None, node)
            continue
        text = "".join(text.text or "" for text in chosen)
        if len(text) > LONGEST:
            yield Text(None, node)
            continue
        places = {text.node for text in chosen} - {node}
        where = places.pop() if len(places) == 1 else node
        flag, variable = (given[0].flag, given[0].variable) if given else ("", "")
        yield Text(None if unknown else text, where, flag, variable)


def _is_flag(program: Program, parameter: Parameter) -> bool:
    """Whether its function is a command that takes its flags as parameters."""
    is_command = any(
        m.row.options for m in program.matches if m.call.decorates is parameter.function
    )
    return is_command and is_option(program, parameter)


def is_option(program: Program, parameter: Parameter) -> bool:
    """Whether a command's parameter is a flag: it has a default, or is described as one."""
    stated = [row.option for call in descriptions(parameter) for row in program.rows(call)]
    kinds = [kind for kind in stated if kind is not None]
    return all(kinds) if kinds else parameter.default is not None


def descriptions(parameter: Parameter) -> list[Call]:
    """The calls that describe a command's parameter: its default, and annotations of its type."""
    declared = parameter.declared
    annotations = declared.arguments.values() if isinstance(declared, Call) else ()
    return [call for call in (parameter.default, *annotations) if isinstance(call, Call)]


def flag_names(program: Program, match: Match) -> list[Text]:
    """The names of the flag that a call defines, without dashes."""
    call, row = match
    is_dashed = row.flag == ("all",)
    wanted = call.positional if is_dashed else [call.arguments.get(place) for place in row.flag]
    names = list[Text]()
    for text in (text for written in wanted for text in texts(program, written)):
        if text.text is None:
            names.append(Text(None, text.node))
        elif is_dashed:
            names += (text._replace(text=name) for name in dashed_names(text.text))
        elif text.text:
            names.append(text)
    return names


def dashed_names(text: str) -> list[str]:
    """The names in ``--name``, or ``--name/--no-name`` of click; none in a text without a dash."""
    return [name.lstrip("-") for name in text.split("/")] if text.startswith("-") else []


def items(
    program: Program, written: Expression | None
) -> Iterator[tuple[Expression, Expression | None]]:
    """The items of a list, or the keys of a mapping with their values."""
    for origin in program.origins(written):
        yield from origin.items if isinstance(origin, Composite) else ((origin, None),)
