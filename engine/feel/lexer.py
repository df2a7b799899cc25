"""Split a FEEL text into tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

from .problems import HINTS, problem_at

MAX_LENGTH = 20_000

_START = (
    "?A-Z_a-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
_SPACE = "\\s\u0085\u180e\u200b\u2060\ufeff"
_TOKEN = re.compile(
    rf"(?P<space>(?:[{_SPACE}]+|//[^\n\r]*|/\*(?:[^*]|\*(?!/))*\*/)+)"
    r"|(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)"
    rf"|(?P<word>[{_START}][{_START}0-9\u00b7\u0300-\u036f\u203f-\u2040]*)"
    r'|(?P<at>@"(?:[^"\\\r\n]|\\.)*")'
    r'|(?P<string>"(?:[^"\\]|\\.)*")'
    r"|(?P<op>\.\.|\*\*|->|<=|>=|!=|==|&&|\|\||[-+*/=<>(){}\[\],:.’'!])",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", '"': '"', "'": "'", "b": "\b", "f": "\f"}
_HINTED = {"“": "quotes", "”": "quotes", "„": "quotes", "'": "quotes"}
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


class Token(NamedTuple):
    """A word, literal or operator of the text. `kind` is number, string, at (a `@"…"` literal), word, op or end; `at`
    and `end` are offsets."""

    kind: str
    text: str
    at: int
    end: int


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text, ending with one of kind `end`."""
    if len(text) > MAX_LENGTH:
        raise problem_at(text, 0, "too_long", limit=MAX_LENGTH)
    found, position, length = [], 0, len(text)
    match_at = _TOKEN.match
    while position < length:
        match = match_at(text, position)
        if match is None:
            raise _unreadable(text, position)
        kind, end = match.lastgroup or "", match.end()
        if kind != "space":
            found.append(Token(kind, match.group(), position, end))
        position = end
    found.append(Token("end", "", length, length))
    return found


def _unreadable(text: str, position: int) -> Exception:
    if text[position] == '"':
        return problem_at(text, position, "open_string")
    hint = _HINTED.get(text[position])
    return problem_at(text, position, "bad_character", HINTS[hint] if hint else None, found=text[position])


def unquoted(text: str) -> str:
    """Return the value of a string literal, which is given with its quotes."""
    if "\\" not in text:
        return text[1:-1]
    plain = _ESCAPE.sub(_unescaped, text[1:-1])
    # Java-minded authors write one emoji as two \uXXXX halves.
    return _SURROGATES.sub(_joined, plain)


def _unescaped(match: re.Match[str]) -> str:
    body = match.group(1)
    if len(body) == 1:
        return _ESCAPED.get(body, match.group())
    code = int(body[1:], 16)
    return chr(code) if code <= 0x10FFFF else match.group()


def _joined(match: re.Match[str]) -> str:
    return match.group().encode("utf-16-le", "surrogatepass").decode("utf-16-le")
