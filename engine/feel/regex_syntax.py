"""Translate XPath's regular expressions (Functions and Operators 3.1, 5.6.1) into RE2's."""

from __future__ import annotations

from collections.abc import Callable

import re2

from .problems import Unfit

LAST = 0x10FFFF
Ranges = tuple[tuple[int, int], ...]
MAX_NESTING = 50


def _complement(ranges: Ranges) -> Ranges:
    gaps, start = [], 0
    for low, high in ranges:
        if start < low:
            gaps.append((start, low - 1))
        start = high + 1
    return (*gaps, (start, LAST)) if start <= LAST else tuple(gaps)


def _members(ranges: Ranges) -> str:
    return "".join(f"\\x{{{low:x}}}-\\x{{{high:x}}}" for low, high in ranges)


_SPACE: Ranges = ((0x9, 0xA), (0xD, 0xD), (0x20, 0x20))
_NAME_HIGH: Ranges = (
    (0x37F, 0x1FFF),
    (0x200C, 0x200D),
    (0x2070, 0x218F),
    (0x2C00, 0x2FEF),
    (0x3001, 0xD7FF),
    (0xF900, 0xFDCF),
    (0xFDF0, 0xFFFD),
    (0x10000, 0xEFFFF),
)
_NAME_START: Ranges = (
    (0x3A, 0x3A),
    (0x41, 0x5A),
    (0x5F, 0x5F),
    (0x61, 0x7A),
    (0xC0, 0xD6),
    (0xD8, 0xF6),
    (0xF8, 0x2FF),
    (0x370, 0x37D),
    *_NAME_HIGH,
)
_NAME: Ranges = (
    (0x2D, 0x2E),
    (0x30, 0x3A),
    (0x41, 0x5A),
    (0x5F, 0x5F),
    (0x61, 0x7A),
    (0xB7, 0xB7),
    (0xC0, 0xD6),
    (0xD8, 0xF6),
    (0xF8, 0x37D),
    (0x37F, 0x1FFF),
    (0x200C, 0x200D),
    (0x203F, 0x2040),
    *_NAME_HIGH[2:],
)
_ESCAPED_CLASSES = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": r"\pL\pM\pN\pS",
    "W": r"\pP\pZ\pC",
    "s": _members(_SPACE),
    "S": _members(_complement(_SPACE)),
    "i": _members(_NAME_START),
    "I": _members(_complement(_NAME_START)),
    "c": _members(_NAME),
    "C": _members(_complement(_NAME)),
}
# Unicode has three hundred more blocks.
BLOCKS: dict[str, Ranges] = {
    "IsBasicLatin": ((0x0, 0x7F),),
    "IsLatin-1Supplement": ((0x80, 0xFF),),
    "IsLatinExtended-A": ((0x100, 0x17F),),
    "IsLatinExtended-B": ((0x180, 0x24F),),
    "IsCombiningDiacriticalMarks": ((0x300, 0x36F),),
    "IsGreek": ((0x370, 0x3FF),),
    "IsGreekandCoptic": ((0x370, 0x3FF),),
    "IsCyrillic": ((0x400, 0x4FF),),
    "IsHebrew": ((0x590, 0x5FF),),
    "IsArabic": ((0x600, 0x6FF),),
    "IsThai": ((0xE00, 0xE7F),),
    "IsGeneralPunctuation": ((0x2000, 0x206F),),
    "IsCurrencySymbols": ((0x20A0, 0x20CF),),
    "IsArrows": ((0x2190, 0x21FF),),
    "IsMathematicalOperators": ((0x2200, 0x22FF),),
    "IsHiragana": ((0x3040, 0x309F),),
    "IsKatakana": ((0x30A0, 0x30FF),),
    "IsCJKUnifiedIdeographs": ((0x4E00, 0x9FFF),),
}
_ESCAPED_CHARS = {"n": "\n", "r": "\r", "t": "\t"} | {char: char for char in "\\|.?*+(){}-[]^$"}
_SPECIAL = frozenset(".\\?*+{}()[]|^$")


class Translation:
    """Parses one XPath pattern and writes it for RE2. Raise Unfit for anything that XPath does not allow."""

    def __init__(self, pattern: str, *, ignore_space: bool, dot_all: bool) -> None:
        self.text = _without_space(pattern) if ignore_space else pattern
        self.at = 0
        self.groups = 0
        self.nesting = 0
        self.any = f"[{_members(((0, LAST),))}]" if dot_all else r"[^\n\r]"

    def written(self) -> str:
        found = self._choice()
        if self.at < len(self.text):
            raise self.wrong()
        return found

    def wrong(self) -> Unfit:
        return Unfit("bad_pattern", pattern=self.text[:40])

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        char = self.peek()
        if not char:
            raise self.wrong()
        self.at += 1
        return char

    def accept(self, wanted: str) -> bool:
        found = self.text.startswith(wanted, self.at)
        self.at += len(wanted) if found else 0
        return found

    def _choice(self) -> str:
        options = [self._sequence()]
        while self.accept("|"):
            options.append(self._sequence())
        return "|".join(options)

    def _sequence(self) -> str:
        parts: list[str] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self._quantified(self._atom()))
        return "".join(parts)

    def _quantified(self, atom: str) -> str:
        bounds = self._bounds()
        if bounds is None:
            return atom
        if atom in ("^", "$"):
            raise self.wrong()
        least, most = bounds
        lazy = "?" if self.accept("?") else ""
        return f"(?:{atom}){{{least},{'' if most is None else most}}}{lazy}"

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("?", (0, 1)), ("*", (0, None)), ("+", (1, None))):
            if self.accept(sign):
                return bounds
        if not self.accept("{"):
            return None
        least = self._count()
        most: int | None = least
        if self.accept(","):
            most = None if self.peek() == "}" else self._count()
        if not self.accept("}") or (most is not None and most < least):
            raise self.wrong()
        return least, most

    def _count(self) -> int:
        start = self.at
        while self.peek() in "0123456789" and self.peek():
            self.at += 1
        if not 0 < self.at - start < 6:
            raise self.wrong()
        return int(self.text[start : self.at])

    def _atom(self) -> str:
        char = self.take()
        if char in "^$":
            return char
        special: Callable[[], str] | None = {
            ".": lambda: self.any,
            "(": self._group,
            "[": self._class,
            "\\": self._escape,
        }.get(char)
        if special is not None:
            return special()
        if char in _SPECIAL:
            raise self.wrong()
        return str(re2.escape(char))

    def _group(self) -> str:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise self.wrong()
        mark = "?:" if self.accept("?:") else ""
        if not mark:
            self.groups += 1
        inner = self._choice()
        if not self.accept(")"):
            raise self.wrong()
        self.nesting -= 1
        return f"({mark}{inner})"

    def _escape(self) -> str:
        char = self.take()
        if char in _ESCAPED_CHARS:
            return str(re2.escape(_ESCAPED_CHARS[char]))
        return f"[{self._class_escape(char)}]"

    def _class_escape(self, char: str) -> str:
        if char in _ESCAPED_CLASSES:
            return _ESCAPED_CLASSES[char]
        if char not in "pP" or not self.accept("{"):
            raise self.wrong()
        end = self.text.find("}", self.at)
        name = self.text[self.at : max(self.at, end)]
        if name in BLOCKS:
            self.at = end + 1
            return _members(BLOCKS[name] if char == "p" else _complement(BLOCKS[name]))
        if not 0 < len(name) < 3 or not name.isalpha():
            raise self.wrong()
        self.at = end + 1
        return f"\\{char}{{{name}}}"

    def _class(self) -> str:
        mark = "^" if self.accept("^") else ""
        members: list[str] = []
        while not (self.peek() == "]" and members):
            members.append(self._member())
        if not self.accept("]"):
            raise self.wrong()
        return f"[{mark}{''.join(members)}]"

    def _member(self) -> str:
        char = self.take()
        if char == "\\":
            escaped = self.take()
            if escaped not in _ESCAPED_CHARS:
                return self._class_escape(escaped)
            char = _ESCAPED_CHARS[escaped]
        elif char in "[]":
            raise self.wrong()
        following = self.text[self.at : self.at + 2]
        if not following.startswith("-") or following in ("-]", "-["):
            return _code(char)
        self.at += 1
        last = self.take()
        if last == "\\":
            escaped = self.take()
            last = _ESCAPED_CHARS.get(escaped, "")
        if not last or last < char or last == "[":
            raise self.wrong()
        return f"{_code(char)}-{_code(last)}"


def _code(char: str) -> str:
    return f"\\x{{{ord(char):x}}}"


def _without_space(pattern: str) -> str:
    """Return the pattern without white space outside classes, as the flag `x` demands."""
    kept, depth, escaped = [], 0, False
    for char in pattern:
        if not (char in " \t\r\n" and depth == 0):
            kept.append(char)
        depth += 0 if escaped else (char == "[") - (char == "]" and depth > 0)
        escaped = char == "\\" and not escaped
    return "".join(kept)
