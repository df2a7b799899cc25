"""Find the names in a text: FEEL's names hold spaces, and sometimes operators and keywords.

Words that stand side by side are one name (`date of birth`). Names with anything else in them (`days in weekend`,
`a-b`, `Order's size`) are recognised when they are known: given to the parser, or declared in the text before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .lexer import Token, tokens
from .problems import FeelProblem

STOPS = frozenset({"and", "or", "in", "between", "then", "else", "return", "satisfies"})
"""Words that never continue a name unless the whole name is known."""
OPENERS = frozenset({"if", "true", "false", "null"})
STANDARD = ("date and time", "days and time duration", "years and months duration")
_PLAIN = re.compile(r"\w+(?: \w+)*")
_WHITESPACE = re.compile(r"\s+")
_JOINED = frozenset({".", "/", "-", "’", "'", "+", "*"})


def normal(name: str) -> str:
    return _WHITESPACE.sub(" ", name.strip())


def needs_telling(name: str) -> bool:
    """Return True if the parser would read this name differently without being given it."""
    words = name.split(" ")
    return not _PLAIN.fullmatch(name) or any(word in STOPS or word == "instance" for word in words)


class KnownNames:
    """The names that the parser must be given to recognise them, by their first token."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[int, str]]] = {}
        for name in (*STANDARD, *names):
            self.add(name)

    def add(self, name: str) -> None:
        name = normal(name)
        if not needs_telling(name):
            return
        try:
            cut = tokens(name)[:-1]
        except FeelProblem:
            return  # no text could ever spell it
        if len(cut) < 2:
            return
        longest_first = self._by_first.setdefault(cut[0].text, [])
        if (len(cut), name) not in longest_first:
            longest_first.append((len(cut), name))
            longest_first.sort(reverse=True)

    def match(self, text: str, found: Sequence[Token], start: int) -> int:
        """Return how many tokens from `start` form a known name, the longest that fits; 0 if none does. Names are
        compared with `text` as written, but for the amount of white space."""
        for count, name in self._by_first.get(found[start].text, ()):
            last = start + count - 1
            if last < len(found) and normal(text[found[start].at : found[last].end]) == name:
                return count
        return 0


def words(found: Sequence[Token], start: int) -> int:
    """Return how many tokens from `start` are words side by side, which are one name."""
    end = start + 1
    while (found[end].kind == "word" and not _stops(found, end)) or _is_ordinal(found[end]):
        end += 1
    return end - start


def _stops(found: Sequence[Token], index: int) -> bool:
    word = found[index].text
    return word in STOPS or (word == "instance" and found[index + 1].text == "of")


def _is_ordinal(token: Token) -> bool:
    return token.kind == "number" and token.text.isdigit()


def key(found: Sequence[Token], start: int) -> int:
    """Return how many tokens before a colon could be a key or parameter name; 0 if there is no colon."""
    end = start
    while found[end].kind in ("word", "number") or found[end].text in _JOINED:
        end += 1
    begins = found[start].kind == "word"
    return end - start if begins and found[end].text == ":" else 0
