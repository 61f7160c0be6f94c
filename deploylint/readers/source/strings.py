"""What the text of an expression can be: written out, or given by a flag or a variable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, product

from deploylint.documents.nodes import Node
from deploylint.documents.record import Record
from deploylint.readers.source.calls import CallRule, Where
from deploylint.readers.source.resolve import MOST, Program
from deploylint.readers.source.syntax import Call, Expression, Items, Literal, Pairs, Parameter, Sum

DEPTH = 20
"""How many texts are put into one another at most."""


class Text(Record):
    """One text that something may be, and where it is said.

    ``text`` is None where it cannot be told. It is only what is said otherwise, where ``flag`` or
    ``variable`` name what gives it. ``above`` is where its beginning is said, where that is
    elsewhere.
    """

    text: str | None
    node: Node
    flag: str = ""
    variable: str = ""
    above: Node | None = None


def texts(program: Program, written: Expression, depth: int = DEPTH) -> list[Text]:
    """All that the text of an expression can be."""
    found = (
        text
        for one in program.origins(written)
        for text in (_texts(program, one, depth) if depth else [Text(None, one.node)])
    )
    unique = list(dict.fromkeys(found))
    return unique if len(unique) <= MOST else [*unique[:MOST], Text(None, written.node)]


def _texts(program: Program, one: Expression, depth: int) -> Iterator[Text]:
    if isinstance(one, Literal):
        yield Text(str(one.value), one.node)
    elif isinstance(one, Sum):
        parts = [texts(program, part, depth - 1) for part in one.parts]
        yield from joined("".join(f"{{{n}}}" for n in range(len(parts))), parts, one.node)
    elif isinstance(one, Call):
        yield from _of_call(program, one, depth)
    elif isinstance(one, Parameter) and _is_flag(program, one):
        made = (call for call in said_of(one) if call is one.default)
        default = next((given(call, (0, "default")) for call in made), one.default)
        yield from _otherwise(program, default, one.node, depth, flag=one.name.replace("_", "-"))
    else:
        yield Text(None, one.node)


def _is_flag(program: Program, one: Parameter) -> bool:
    """Whether a parameter is a flag: its function is a command whose parameters are flags."""
    decorated = (call for call in program.code.calls if call.decorates is one.function)
    is_command = any(row.options for call in decorated for row in program.rows(call))
    return is_command and is_option(program, one)


def is_option(program: Program, one: Parameter) -> bool:
    """Whether a command's parameter is a flag: it has a default, or is said to be one."""
    stated = [row.option for call in said_of(one) for row in program.rows(call)]
    kinds = [kind for kind in stated if kind is not None]
    return all(kinds) if kinds else one.default is not None


def said_of(one: Parameter) -> list[Call]:
    """The calls that stand for a parameter: its default, and what its type is annotated with."""
    declared = one.declared.arguments if isinstance(one.declared, Call) else ()
    return [call for call in (one.default, *declared) if isinstance(call, Call)]


def _of_call(program: Program, call: Call, depth: int) -> Iterator[Text]:
    functions = [f for f in program.functions(call) if program.variable_of(f)]
    for row in program.rows(call):
        if row.flag is not None:
            names = list(flag_names(program, call, row))
            default = given(call, (row.default,))
            for name in names[:1]:
                yield from _otherwise(program, default, call.node, depth, flag=name.text or "")
            return
        if row.variable is not None:
            yield from _variable(program, call, (row.variable,), (row.default,), depth)
            return
        if row.through:
            for where in (row.through, (row.default,)):
                one = given(call, where)
                yield from texts(program, one, depth - 1) if one is not None else ()
            return
        if row.text:
            yield from _put_together(program, call, row, depth)
            return
    if functions:
        yield from _variable(program, call, (0,), (1,), depth)
    else:
        yield Text(None, call.node)


def _put_together(program: Program, call: Call, row: CallRule, depth: int) -> Iterator[Text]:
    arguments = [texts(program, one, depth - 1) for one in call.arguments]
    forms = arguments.pop(0) if row.text == "format" and arguments else [Text(row.text, call.node)]
    for form in forms:
        pattern = form.text
        for number in range(len(arguments) if row.text == "format" else 0):
            for verb in ("%d", "%s", "%v"):
                if pattern is not None and verb in pattern:
                    pattern = pattern.replace(verb, f"{{{number}}}", 1)
                    break
        yield from joined(pattern, arguments, call.node) if pattern else [Text(None, call.node)]


def joined(pattern: str, parts: list[list[Text]], node: Node) -> Iterator[Text]:
    """Texts put into a pattern; what one of them is given by, gives the whole."""
    wanted = [n for n in range(len(parts)) if f"{{{n}}}" in pattern]
    for chosen in islice(product(*(parts[n] for n in wanted)), MOST):
        if any(one.text is None and not (one.flag or one.variable) for one in chosen):
            yield Text(None, node)
            continue
        text = pattern
        for number, one in zip(wanted, chosen, strict=True):
            text = text.replace(f"{{{number}}}", one.text or "", 1)
        by = [one for one in chosen if one.flag or one.variable]
        known = all(one.text is not None for one in chosen)
        where = chosen[-1].node if len(chosen) == 1 else node
        if len(by) > 1:
            yield Text(None, node)
        else:
            flag, variable = (by[0].flag, by[0].variable) if by else ("", "")
            yield Text(text if known else None, where, flag, variable)


def _variable(
    program: Program,
    call: Call,
    name: tuple[Where | None, ...],
    default: tuple[Where | None, ...],
    depth: int,
) -> Iterator[Text]:
    asked = given(call, name)
    names = texts(program, asked, depth - 1) if asked is not None else []
    if len(names) != 1 or names[0].text is None:
        yield Text(None, call.node)
        return
    otherwise = given(call, default)
    yield from _otherwise(program, otherwise, call.node, depth, variable=names[0].text)


def _otherwise(
    program: Program,
    default: Expression | None,
    node: Node,
    depth: int,
    flag: str = "",
    variable: str = "",
) -> Iterator[Text]:
    """What a flag or a variable gives, and what it is where nobody says."""
    found = texts(program, default, depth - 1) if default is not None else []
    for one in found or [Text(None, node)]:
        yield Text(one.text, one.node, one.flag or flag, one.variable or variable)


def given(call: Call, where: Iterable[Where | None]) -> Expression | None:
    """The first of some arguments that is given."""
    found = (call.argument(one) for one in where if one is not None)
    return next((one for one in found if one is not None), None)


def flag_names(program: Program, call: Call, row: CallRule) -> Iterator[Text]:
    """The names of the flag that a call makes, without dashes; None where one cannot be told."""
    if row.flag == "all":
        wanted = list(call.arguments)
    else:
        wanted = [
            one for one in (given(call, (row.flag, "name")), given(call, (row.short,))) if one
        ]
    for one in wanted:
        for text in texts(program, one):
            if text.text is None:
                yield Text(None, text.node)
            elif row.flag != "all":
                yield from [text] if text.text else []
            elif text.text.startswith("-"):
                for name in text.text.split("/"):  # click: --shout/--no-shout
                    yield text._replace(text=name.lstrip("-"))


def members(
    program: Program, written: Expression
) -> Iterator[tuple[Expression, Expression | None]]:
    """The items of a list, or the keys of a mapping with what stands under them."""
    for one in program.origins(written):
        if isinstance(one, Items):
            yield from ((item, None) for item in one.items)
        elif isinstance(one, Pairs):
            yield from one.pairs
        else:
            yield one, None
