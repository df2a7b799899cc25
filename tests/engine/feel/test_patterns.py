"""Patterns follow XPath, and none costs more than it may."""

from __future__ import annotations

from typing import Any

import pytest

from engine.feel import parse


def value(text: str, /, **scope: Any) -> Any:
    return parse(text).evaluate(scope)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('matches("Aino", "^A.*o$")', True),
        ('matches("fire", "IR")', False),
        ('matches("fire", "IR", "i")', True),
        ('matches("ÄITI", "äiti", "i")', True),
        ('matches("a\\nb", "a.b")', False),
        ('matches("a\\nb", "a.b", "s")', True),
        ('matches("a\\nb", "^b$")', False),
        ('matches("a\\nb", "^b$", "m")', True),
        ('matches("helloworld", " hello world ", "x")', True),
        ('matches("a.b", "a.b", "q")', True),
        ('matches("axb", "a.b", "q")', False),
        ('matches("x", "x", "z")', None),
        ('matches("5", "^\\\\d$")', True),
        ('matches("٣", "^\\\\d$")', True),
        ('matches("é", "^\\\\w$")', True),
        ('matches("-", "^[\\\\w]$")', False),
        ('matches("x", "^\\\\p{Ll}$")', True),
        ('matches("Ж", "^\\\\p{IsCyrillic}$")', True),
        ('matches("Ж", "^\\\\P{IsCyrillic}$")', False),
        ('matches("Ж", "^\\\\p{IsOgham}$")', None),
        ('matches("_a", "^\\\\i\\\\c*$")', True),
        ('matches("1a", "^\\\\i\\\\c*$")', False),
        ('matches("b", "^[a-z-[aeiou]]$")', None),
        ('matches("aa", "^(a)\\\\1$")', None),
        ('matches("x", "(")', None),
        ('matches("x", "a{2,1}")', None),
        ('matches("x", "[z-a]")', None),
        ('matches("x", "\\\\q")', None),
        ('matches("x", "(?=x)")', None),
        ('matches("x", "\\\\1")', None),
        ('replace("banana", "a", "o")', "bonono"),
        ('replace("banana", "(an)(a)?", "[$2$1]")', "b[aan]na"),
        ('replace("aaa", "^a", "b")', "baa"),
        ('replace("abc", "b", "\\\\$")', "a$c"),
        ('replace("abc", "b", "$")', None),
        ('replace("abc", "x*", "-")', None),
        ('replace("abab", "(a)(?:b)", "<$0>")', "<ab><ab>"),
        ('replace("a.b", ".", "$1", "q")', "a$1b"),
        ('split("John  Doe", "\\\\s+")', ["John", "Doe"]),
        ('split("abc", "")', None),
    ],
)
def test_a_pattern(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_a_catastrophic_pattern_is_answered_in_linear_time() -> None:
    expression = parse('matches(text, "(a+)+$")')

    assert expression.evaluate({"text": "a" * 2000 + "!"}, budget=500) is False
    assert expression.evaluate({"text": "a" * 20_000 + "!"}, budget=5000) is False
