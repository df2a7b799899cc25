"""Messages about a wrong text: the place, and what to write instead."""

from __future__ import annotations

import pytest

from engine.feel import FeelProblem, parse, parse_unary


def refused(text: str) -> FeelProblem:
    with pytest.raises(FeelProblem) as caught:
        parse(text)
    return caught.value


def problems_of(text: str, **scope: object) -> list[FeelProblem]:
    problems: list[FeelProblem] = []
    assert parse(text).evaluate(scope, problems=problems) is None
    return problems


@pytest.mark.parametrize(
    ("text", "key", "line", "column"),
    [
        ("", "unexpected_end", 1, 1),
        ("1 +", "unexpected_end", 1, 4),
        ("1 +\n  * 2", "unexpected", 2, 3),
        ("amount == 2", "unexpected", 1, 8),
        ("f(1", "expected", 1, 4),
        ("[1, 2", "expected", 1, 6),
        ("{a 1}", "expected", 1, 2),
        ('"open', "open_string", 1, 1),
        ("a # b", "bad_character", 1, 3),
        ('@"2026-02-30"', "bad_literal", 1, 1),
        ("if a then b", "expected", 1, 12),
        ("1 2", "unexpected", 1, 3),
        ("x in", "unexpected_end", 1, 5),
        ("every x in y,", "unexpected_end", 1, 14),
        ("for x in y, 2 in z return x", "unexpected", 1, 13),
        ("[1..2", "expected", 1, 6),
        ("{a: 1, a: 2}", "bad_value", 1, 1),
        ("x instance of list<", "expected", 1, 20),
    ],
)
def test_a_text_that_cannot_be_read_says_where(text: str, key: str, line: int, column: int) -> None:
    problem = refused(text)

    assert (problem.key, problem.line, problem.column) == (key, line, column)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a == 2", "Vertailussa on yksi yhtäsuuruusmerkki: ="),
        ("a && b", "Tarkoititko and?"),
        ("a || b", "Tarkoititko or?"),
        ("!a", "Tarkoititko not(…)?"),
        ("a = 'x'", 'Merkkijono kirjoitetaan suorilla lainausmerkeillä: "teksti".'),
        ("a = “x”", 'Merkkijono kirjoitetaan suorilla lainausmerkeillä: "teksti".'),
        ("if a then b", "Ehtolauseessa on aina if … then … else …."),
        ("a > 1,5", "Desimaalierotin on piste: 1.5"),
    ],
)
def test_a_usual_mistake_is_answered_with_what_to_write(text: str, hint: str) -> None:
    assert refused(text).hint == hint


def test_a_misspelt_name_gets_the_nearest_one() -> None:
    problems: list[FeelProblem] = []
    parse("amuont > 5").evaluate({"amount": 7, "kind": "a"}, problems=problems)

    assert str(problems[0]) == "1:1 Nimeä amuont ei tunneta. Tarkoititko amount?"


def test_free_names_are_neither_bound_nor_standard() -> None:
    text = "count(for x in items return x) + amount + {a: 1, b: a}.b + items[price > 1].price[1]"

    assert parse(text).names == {"items", "amount"}
    assert parse(text).names_in_filters == {"price"}


def test_an_unknown_function_is_a_free_name() -> None:
    assert parse("lenght(x)").names == {"lenght", "x"}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("misspelt > 2", "not_comparable"),
        ("1 / 0", "division_by_zero"),
        ('1 + "a"', "not_computable"),
        ("noSuch(1)", "unknown_function"),
        ('contains(1, "a")', "wrong_arguments"),
        ('date("x")', "bad_value"),
        ('matches("x", "(")', "bad_pattern"),
        ("for x in null return x", "not_iterable"),
        ("{a: 1}.b", "unknown_member"),
        ("10 ** 9999", "out_of_range"),
    ],
)
def test_a_null_says_why(text: str, key: str) -> None:
    problems: list[FeelProblem] = []
    parse(text).evaluate({"misspelt": None}, problems=problems)

    assert key in [problem.key for problem in problems]


def test_a_member_that_is_missing_gets_the_nearest_one() -> None:
    (problem,) = problems_of("person.nmae", person={"name": "Aino"})

    assert (problem.key, problem.hint, problem.column) == ("unknown_member", "Tarkoititko name?", 7)


def test_a_cell_says_where_too() -> None:
    with pytest.raises(FeelProblem) as caught:
        parse_unary('"a", ')

    assert (caught.value.line, caught.value.column) == (1, 6)
