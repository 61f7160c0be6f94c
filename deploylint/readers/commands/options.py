"""Reads the options and words of a command line by a table of the options of its program."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence

from deploylint.documents.nodes import Entry, Node
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.documents.suggest import hint, nearest
from deploylint.model.fault import Fault, unknown_key
from deploylint.model.templates import is_variable
from deploylint.readers.commands.shell import Word
from deploylint.readers.commands.technologies import Options, Technology


class Option(Record):
    """An option of a command line; with ``name`` "" a word that is not an option.

    ``name`` is its spelling in the table, ``word`` the word as it is written.
    ``value`` is None for a flag, and for an option at the end of the line.
    ``is_known`` is whether the table has it.
    ``note`` is its source if that is not the command line.
    """

    name: str
    word: Word
    value: Word | None = None
    is_known: bool = True
    note: str = ""


WRONG_OPTION = "wrong-option"

ONE_EACH = "\n"
"""What stands between the words of an option that takes many: none has it in its text."""

EACH = "each"
"""What ``repeated`` is where each option of queues names one more."""

_NEXT_OPTION, _SHORT_AND_VALUE = regex(r"\s--?[A-Za-z]"), regex(r"-[A-Za-z] +[A-Za-z]")
_IN_ONE_WORD = "command-in-one-word"

_NUMBERS = regex(r"\d+(\.\d+)?(,\d+)?")
"""A number, or the most and the least of an autoscaler."""


def read_options(
    rest: deque[Word], table: Options, *, keeps_equals: bool = True, abbreviates: bool = False
) -> Iterator[Option]:
    """The options and words at the head of ``rest``, taken off as they are read.

    ``--`` is a word. ``keeps_equals`` is whether a short option keeps the sign of ``-x=y`` as part
    of its value, as getopt and Click do. ``abbreviates`` is whether a long option may be cut.
    """
    while rest:
        word = rest.popleft()
        text = word.text
        if text not in table and (text[:1] not in ("-", "+") or text in ("-", "+", "--")):
            yield Option("", word)
            continue
        spelled = _spelled(_whole(text, table) if abbreviates else text, table, keeps_equals)
        for name, attached in spelled:
            value = None if attached is None else word._replace(text=attached)
            if value is None and table[name] is not None and rest:
                value = rest.popleft()
            yield Option(name, word, value)
        if not spelled:
            head, equals, attached = text.partition("=")
            yield Option(head, word, word._replace(text=attached) if equals else None, False)


def _whole(text: str, table: Options) -> str:
    """The text of an option with its whole name, where it is the beginning of one name alone."""
    name, *attached = text.partition("=")
    longer = [each for each in table if name.startswith("--") and each.startswith(name)]
    return "".join((longer[0], *attached)) if len(longer) == 1 else text


def _spelled(text: str, table: Options, keeps_equals: bool) -> list[tuple[str, str | None]]:
    """The options that one word spells, each with the text attached to it.

    One option with its value (``--a=b``), or several short ones (``-abVALUE``); empty if one of
    them is unknown.
    """
    head, equals, value = text.partition("=")
    if text in table:
        return [(text, None)]
    if equals and head in table and not (keeps_equals and len(head) == 2):
        return [(head, value)]
    spelled: list[tuple[str, str | None]] = []
    for at, letter in enumerate("" if text.startswith("--") else text[1:], 2):
        name = text[0] + letter
        if name not in table:
            return []
        if table[name] is not None:
            return [*spelled, (name, text[at:] or None)]
        spelled.append((name, None))
    return spelled


class Arguments:
    """The words of a worker's command behind its program, by the table of a technology.

    ``options`` are all options in their order, ``behind`` those behind the mode.
    ``mode`` is the first word that is not an option, ``strays`` are other words behind it.
    ``unread`` is the last word that may hold options.
    """

    def __init__(self, words: Sequence[Word], technology: Technology) -> None:
        self.technology = technology
        self._words = words
        self.options: list[Option] = []
        self.behind: list[Option] = []
        self.mode: Word | None = None
        self.strays: list[Word] = []
        self.unread: Word | None = None
        self._may_be_value = False
        self._takes_many = False
        self._sort(deque(words))
        self._by_meaning: dict[str | None, list[Option]] = {}
        for option in self.options:
            if option.is_known:
                known = self._by_meaning.setdefault(technology.options[option.name], [])
                known.append(option)

    def _sort(self, rest: deque[Word]) -> None:
        keeps_equals = "equals-signs" in self.technology.traps
        options, abbreviates = self.technology.options, self.technology.abbreviates
        read = read_options(rest, options, keeps_equals=keeps_equals, abbreviates=abbreviates)
        for option in read:
            if option.name:
                self._add_option(option)
            elif option.word.text != "--":
                self._add_word(option.word)
            elif self._takes_many:
                self._takes_many = False
            elif self.mode is not None:
                for word in rest:
                    self._add_word(word)
                break

    def _add_option(self, option: Option) -> None:
        self.options.append(option)
        if self.mode is not None:
            self.behind.append(option)
        self._may_be_value = not option.is_known and option.value is None
        self._takes_many = option.name in self.technology.many
        if option.word.note and option.value is None:
            self.unread = option.word

    def _add_word(self, word: Word) -> None:
        """Add a word that is not an option; it may be the value of an unknown option."""
        may_be_value, self._may_be_value = self._may_be_value, False
        if word.note:
            self.unread = word
        if self._takes_many and not word.note and self.options[-1].value is not None:
            self._add_value(self.options[-1].value, word.text)
            return
        if may_be_value or (self.mode is None and word.text in self.technology.skips):
            return
        if self.mode is None:
            self.mode = word
        elif "=" in word.text:
            self.unread = word
        elif not word.note:
            self.strays.append(word)

    def _add_value(self, value: Word, text: str) -> None:
        """Add another word to the value of the last option."""
        self.options[-1] = self.options[-1]._replace(
            value=value._replace(text=f"{value.text}{ONE_EACH}{text}")
        )

    def meaning(self, meaning: str) -> list[Option]:
        """The options of one meaning, in their order."""
        return self._by_meaning.get(meaning, [])

    def faults(self) -> list[Fault]:
        """The unknown options, and those with a value that is not among their choices."""
        faults = (self._refused(o) if o.is_known else self._unknown(o) for o in self.options)
        return [fault for fault in faults if fault is not None]

    def subcommand_faults(self) -> Iterator[Fault]:
        """What is wrong with the options of a subcommand, where these are known."""
        name = self.mode.text if self.mode is not None else ""
        own = self.technology.takes.get(name)
        if own is None:
            yield from self.faults() if self.technology.roles.get(name) == "worker" else ()
            return
        first = {option: self.technology.options[option] for option in self.technology.before}
        read = Arguments(self._words, self.technology._replace(options={**first, **own}, takes={}))
        count = len(read.options) - len(read.behind)
        for at, option in enumerate(read.options):
            if option.is_known and (option.name in first) is (at >= count):
                side = "in front of" if option.name in first else "behind"
                message = f"option {option.name!r} belongs {side} {name}"
                yield Fault(WRONG_OPTION, option.word.node, message)
        yield from read.faults()

    def _unknown(self, option: Option) -> Fault | None:
        """An option that the program refuses, or that looks like a known one."""
        near, node = nearest(option.name, self.technology.options), option.word.node
        if self.technology.refuses and not option.word.note:
            meant = f"; did you mean {near!r}?" if near else ""
            message = f"unknown option {option.name!r}: {self.technology.refuses}{meant}"
            return Fault(WRONG_OPTION, node, message)
        if " " in option.name and _SHORT_AND_VALUE.match(option.name):
            message = f"{option.name!r} is one word of the command; write an item for each"
            return Fault(_IN_ONE_WORD, node, message)
        return unknown_key(node, near, "option", option.name) if near else None

    def _refused(self, option: Option) -> Fault | None:
        """An option without its value, with one that is not among its choices, or no number."""
        meaning, value = self.technology.options[option.name], option.value
        if self.technology.refuses and value is None and meaning is not None:
            message = f"{option.name} has no value: {self.technology.refuses}"
            return Fault(WRONG_OPTION, option.word.node, message)
        choices = self.technology.choices.get(meaning or "", ())
        if value is None or value.note or is_variable(value.text):
            return None
        if meaning and "-" in value.text and _NEXT_OPTION.search(value.text):
            message = f"the value of {option.name} goes on with another option"
            return Fault(_IN_ONE_WORD, value.node, f"{message}; write an item for each")
        if meaning and (why := self._lost(meaning, value.text)):
            return Fault(WRONG_OPTION, value.node, f"{value.text!r} of {option.name}: {why}")
        is_number = option.name not in self.technology.numbers or _NUMBERS.fullmatch(value.text)
        if is_number and (not choices or {value.text, value.text.upper()} & {*choices}):
            return None
        meant = hint(value.text, choices) if choices else "it takes a number"
        message = f"unknown value {value.text!r} of {option.name}; {meant}"
        return Fault(WRONG_OPTION, value.node, message)

    def _lost(self, meaning: str, text: str) -> str:
        """What is lost of the value of an option, in words; "" if nothing is."""
        if meaning == "application" and text != text.strip():
            return "no module has a space in its name"
        _, comma, weight = text.partition(self.technology.weights or "\0")
        if meaning == "queues" and self.technology.repeated == EACH and comma:
            return "" if weight.isdecimal() else f"{weight} is taken for a weight, not for a queue"
        return ""

    def odd(self) -> dict[str, list[tuple[str, Node]]]:
        """Mistakes that the technology accepts or refuses, by the field of ``workers``."""
        odd, last = defaultdict[str, list[tuple[str, Node]]](list), dict[str, Option]()
        technology, first_behind = self.technology, len(self.options) - len(self.behind)
        for at, option in enumerate(self.options):
            if not option.is_known:
                continue
            name, word, meaning = option.name, option.word, technology.options[option.name]
            if technology.before and (name in technology.before) is (at >= first_behind):
                odd["misplaced-options"].append((name, word.node))
            is_attached = not name.startswith("--") and word.text != name
            if is_attached and option.value is not None and option.value.text.startswith("="):
                odd["equals-signs"].append((word.text if meaning else f"{name}=", word.node))
            if meaning and technology.repeated == "last":
                if (lost := last.get(meaning)) is not None:
                    odd["repeated-options"].append((_written(lost), lost.word.node))
                last[meaning] = option
        odd["stray-words"] = [(word.text, word.node) for word in self.strays]
        return odd


def _written(option: Option) -> str:
    """An option and its value as they are written."""
    word, value = option.word.text, option.value
    return word if value is None or word != option.name else f"{word} {value.text}"


def flag_entries(options: Sequence[Option]) -> dict[str, Entry]:
    """Options by name, without dashes, each with the text that it is given, in its place."""
    entries = dict[str, Entry]()
    for option in options:
        node, value = option.word.node, option.value
        if not option.word.note:
            text = "" if value is None else value.text
            entries[option.name.lstrip("-")] = Entry(node, node.made(text))
    return entries
