"""The words of one worker's command, sorted by what a technology's table says of them."""

from __future__ import annotations

from collections import deque

from deploylint.documents.nodes import Entry, Node
from deploylint.documents.record import Record
from deploylint.documents.suggest import nearest
from deploylint.readers.commands.launchers import Command, Said, said
from deploylint.readers.commands.shell import Word
from deploylint.readers.commands.technologies import Technology


class OptionOccurrence(Record):
    """An option where it stands; ``value`` is None where nothing is left for it to take."""

    word: Word
    value: Word | None
    note: str = ""


class Words:
    """What stands in a command, in its order.

    ``options`` are the occurrences by meaning. ``mode`` is the first word that is no option.
    ``odd`` are by field of ``workers`` the words that a technology lets pass or refuses.
    ``unread`` is a word that may hold options, ``near`` the options near known ones.
    """

    def __init__(self, command: Command, technology: Technology) -> None:
        self.technology = technology
        self.options: dict[str, list[OptionOccurrence]] = {}
        self.mode: Word | None = None
        self.odd: dict[str, list[tuple[str, Node]]] = {}
        self.unread: Word | None = None
        self.near: list[tuple[Node, str]] = []
        self._given: list[tuple[Said, bool]] = []
        self.has_options = False
        self._may_be_value = False
        self._sort(deque(command.words))

    def _sort(self, rest: deque[Word]) -> None:
        keeps = "equals-signs" in self.technology.traps
        for one in said(rest, self.technology.options, keeps_equals=keeps):
            if one.option:
                self._option(one)
            elif one.word.text != "--":
                self._word(one.word)
            elif self.mode is not None:
                for word in rest:
                    self._word(word)
                break

    def _word(self, word: Word) -> None:
        """A word that is no option: it may be the value of one that is not known."""
        may_be_value, self._may_be_value = self._may_be_value, False
        if word.note:
            self.unread = word
        if may_be_value or (self.mode is None and word.text in self.technology.skips):
            return
        if self.mode is None:
            self.mode = word
        elif "=" in word.text:
            self.unread = word
        elif not word.note:
            self._strange("stray-words", word.text, word)

    def _option(self, one: Said) -> None:
        self.has_options = True
        self._given.append((one, self.mode is not None))
        self._may_be_value = not one.is_known and one.value is None
        if one.word.note and one.value is None:
            self.unread = one.word
        table = self.technology.options
        if not one.is_known:
            meant = nearest(one.option, (*table.meanings, *table.flags))
            self.near += [(one.word.node, meant)] if meant else []
            return
        before = self.technology.before
        if before and (one.option in before) is (self.mode is not None):
            self._strange("misplaced-options", one.option, one.word)
        meaning = table.meanings.get(one.option, "")
        is_short = not one.option.startswith("--") and one.word.text != one.option
        if is_short and one.value is not None and one.value.text.startswith("="):
            self._strange("equals-signs", one.word.text if meaning else f"{one.option}=", one.word)
        if meaning:
            self._occurs(meaning, one)

    def flags(self, *, behind: bool = False) -> list[tuple[str, Entry]]:
        """All options by name, without dashes, or only those ``behind`` the mode."""
        return [
            (one.option.lstrip("-"), _flag(one))
            for one, is_behind in self._given
            if not one.word.note and (is_behind or not behind)
        ]

    def _occurs(self, meaning: str, one: Said) -> None:
        before = self.options.setdefault(meaning, [])
        if before and self.technology.last_wins:
            lost, value = before[-1].word, before[-1].value
            is_apart = self.technology.options.has(lost.text)
            text = f"{lost.text} {value.text}" if value is not None and is_apart else lost.text
            self._strange("repeated-options", text, lost)
        before.append(OptionOccurrence(one.word, one.value))

    def _strange(self, field: str, text: str, word: Word) -> None:
        self.odd.setdefault(field, []).append((text, word.node))


def _flag(one: Said) -> Entry:
    """An option and the text that it is given, in the place of the option."""
    node = one.word.node
    return Entry(node, node.made(one.value.text if one.value is not None else ""))
