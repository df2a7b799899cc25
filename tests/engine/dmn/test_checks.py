"""Findings in a table before it is used, each with an example that can be tried."""

from __future__ import annotations

from typing import Any

import pytest

from engine.dmn import TableFinding, check, parse_tables
from tests.engine.dmn.drawn import column, decision, definitions, literal, result, table


def findings(
    columns: list[str], rules: list[tuple[str, ...]], policy: str = "UNIQUE", **output: str
) -> list[TableFinding]:
    outputs = [result("r", **output)]
    return check(parse_tables(definitions(decision(table(columns, outputs, rules, policy)))))


def summary(*arguments: Any, **output: str) -> list[tuple[str, str | None, dict[str, Any]]]:
    return [(found.key, found.rule, dict(found.example)) for found in findings(*arguments, **output)]


NUMBER = column("x", kind="number")
KIND = column("kind", kind="string", allowed='"a", "b"')
FLAG = column("flag", kind="boolean")


def test_a_whole_table_has_nothing_wrong() -> None:
    assert summary([NUMBER], [("< 10", "1"), ("[10..20]", "2"), ("> 20", "3")]) == []
    assert summary([KIND, FLAG], [('"a"', "true", "1"), ('"a"', "false", "2"), ('"b"', "-", "3")]) == []


def test_an_overlap_comes_with_an_input_both_rules_take() -> None:
    (found,) = findings([NUMBER], [("<= 10", "1"), (">= 10", "2")])

    assert (found.severity, found.key, found.rule) == ("error", "overlap", "r2")
    assert found.example == {"x": 10}
    assert found.sentence == "Rivit 2 ja 1 sopivat molemmat, kun x = 10, vaikka vain yksi saisi sopia."


def test_an_overlap_needs_all_columns_to_meet() -> None:
    assert (
        summary([NUMBER, FLAG], [("<= 10", "true", "1"), ("<= 10", "false", "2"), ("> 10", "-", "3")]) == []
    )


def test_any_may_overlap_where_it_agrees() -> None:
    assert summary([FLAG], [("true", "1"), ("-", "1")], "ANY") == []
    assert summary([FLAG], [("true", "1"), ("-", "2")], "ANY") == [("disagree", "r2", {"flag": True})]


@pytest.mark.parametrize(
    ("columns", "rules", "example"),
    [
        ([NUMBER], [("< 10", "1"), ("> 10", "2")], {"x": 10}),
        ([NUMBER], [("<= 10", "1"), (">= 11", "2")], {"x": 10.5}),
        ([NUMBER], [(">= 0", "1")], {"x": -1}),
        ([KIND], [('"a"', "1")], {"kind": "b"}),
        ([FLAG], [("true", "1")], {"flag": False}),
        ([KIND, FLAG], [('"a"', "-", "1"), ('"b"', "true", "2")], {"kind": "b", "flag": False}),
        ([column("word", kind="string")], [('"a"', "1")], {"word": "jokin muu"}),
        ([column("word", kind="string")], [('not("a")', "1")], {"word": "a"}),
    ],
)  # fmt: skip
def test_a_gap_comes_with_an_input_that_no_rule_takes(
    columns: list[str], rules: list[Any], example: dict[str, Any]
) -> None:
    assert summary(columns, rules) == [("gap", None, example)]


def test_a_gap_in_dates() -> None:
    (found,) = findings(
        [column("on", kind="date")], [('< date("2026-01-01")', "1"), ('>= date("2026-01-03")', "2")]
    )

    assert found.sentence == "Mikään rivi ei sovi, kun on = 2026-01-01."


def test_a_default_or_a_collecting_policy_leaves_no_gap() -> None:
    assert summary([FLAG], [("true", "1")], default="0") == []
    assert summary([FLAG], [("true", "1")], "COLLECT") == []


def test_a_rule_behind_others_can_never_fire_first() -> None:
    found = findings([NUMBER], [("< 10", "1"), (">= 5", "2"), ("[6..20]", "3"), ("-", "4")], "FIRST")

    assert [(one.key, one.rule) for one in found] == [("unreachable", "r3")]
    assert found[0].sentence.startswith("Rivi 3 ei voi koskaan sopia: aiemmat rivit vievät kaiken")


def test_a_rule_for_null_is_still_reached() -> None:
    assert summary([FLAG], [("true, false", "1"), ("null", "2")], "FIRST") == []


def test_a_rule_whose_outputs_always_lose_never_counts() -> None:
    rules = [("< 10", '"low"'), ("-", '"high"')]

    assert [one[:2] for one in summary([NUMBER], rules, "PRIORITY", allowed='"high", "low"')] == [
        ("unreachable", "r1")
    ]
    assert summary([NUMBER], rules, "PRIORITY", allowed='"low", "high"') == []


def test_a_condition_nothing_allowed_meets_is_dead() -> None:
    found = findings([NUMBER], [("[10..5]", "1"), ("-", "2")])

    assert [(one.key, one.rule) for one in found] == [("never", "r1")]


@pytest.mark.parametrize(
    ("columns", "rules", "output", "key"),
    [
        ([KIND], [('"a"', "1"), ('"b"', "1"), ('"c"', "2")], {}, "input_not_allowed"),
        ([NUMBER], [('"5"', "1"), ("-", "1")], {}, "input_kind"),
        ([FLAG], [("-", '"red"')], {"allowed": '"green"'}, "output_not_allowed"),
        ([FLAG], [("-", '"red"')], {"kind": "number"}, "output_kind"),
    ],
)
def test_a_value_outside_its_column_is_a_finding(
    columns: list[str], rules: list[Any], output: dict[str, str], key: str
) -> None:
    assert key in [found.key for found in findings(columns, rules, **output)]


def test_a_cell_that_depends_on_other_names_is_not_judged() -> None:
    assert summary([NUMBER], [("> limit", "1"), ("<= limit", "2")]) == []
    assert summary([NUMBER], [('starts with(string(?), "1")', "1"), ("-", "2")], "FIRST") == []


def test_two_columns_that_ask_the_same_are_one_question() -> None:
    assert summary([NUMBER, NUMBER], [("< 10", "-", "1"), ("-", ">= 10", "2")]) == []


def test_every_example_of_a_gap_or_overlap_is_true() -> None:
    rules = [(f"[{at}..{at + 2}]", "-" if at % 2 else "true", str(at)) for at in range(0, 30, 3)]
    rules.append(("5", "true", "9"))
    model = parse_tables(definitions(decision(table([NUMBER, FLAG], [result("r")], rules))))
    found = {one.key: one for one in check(model)}

    assert set(found) == {"overlap", "gap"}
    assert len(model.evaluate("d", found["overlap"].example).rules) == 2
    assert model.evaluate("d", found["gap"].example).rules == ()


def test_a_large_table_is_checked_without_hanging() -> None:
    columns = [column(f"c{at}", kind="string") for at in range(8)]
    rules = [
        (*(f'"v{row * (at + 7) % 9}"' if (row + at) % 3 else "-" for at in range(8)), "1")
        for row in range(60)
    ]

    assert findings(columns, rules, "FIRST")


def test_a_table_that_is_a_function_is_checked_too() -> None:
    drawn = table([FLAG], [result("r")], [("true", "1")])
    body = f'<businessKnowledgeModel id="k" name="K"><encapsulatedLogic><formalParameter name="flag"/>{drawn}</encapsulatedLogic></businessKnowledgeModel>'

    assert [(one.key, one.decision) for one in check(parse_tables(definitions(body)))] == [("gap", "k")]


def test_only_tables_are_checked() -> None:
    assert check(parse_tables(definitions(decision(literal("1"))))) == []
