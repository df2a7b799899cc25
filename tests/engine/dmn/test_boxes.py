"""Boxed expressions, requirements between decisions, knowledge, services, types and imports."""

from __future__ import annotations

from typing import Any

import pytest

from engine.dmn import DmnRefused, parse_tables
from engine.dmn.xmltree import NAMESPACES
from tests.engine.dmn.drawn import column, decision, definitions, literal, requires, result, table, text


def value(body: str, name: str = "d", **inputs: Any) -> Any:
    return parse_tables(definitions(body)).evaluate(name, inputs).result


def entry(name: str, logic: str) -> str:
    return f'<contextEntry><variable name="{name}"/>{logic}</contextEntry>'


FACTORIAL = (
    '<functionDefinition><formalParameter name="n"/>'
    + literal("if n &lt; 2 then 1 else n * fact(n - 1)".replace("&lt;", "<"))
    + "</functionDefinition>"
)


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        (literal("1 + 1"), 2),
        (f"<context>{entry('a', literal('1'))}{entry('b c', literal('a + 1'))}</context>", {"a": 1, "b c": 2}),
        (f"<context>{entry('a', literal('1'))}<contextEntry>{literal('a + 5')}</contextEntry></context>", 6),
        (f"<context>{entry('fact', FACTORIAL)}<contextEntry>{literal('fact(5)')}</contextEntry></context>", 120),
        (f"<list>{literal('1')}{literal('x')}</list>", [1, 7]),
        (
            f'<relation><column name="a"/><column name="b"/><row>{literal("1")}{literal("2")}</row></relation>',
            [{"a": 1, "b": 2}],
        ),
        (f"<conditional><if>{literal('x > 1')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>", 1),
        (f"<filter><in>{literal('[1, 5, 9]')}</in><match>{literal('item > 4')}</match></filter>", [5, 9]),
        (f"<filter><in>{literal('x')}</in><match>{literal('item > 4')}</match></filter>", [7]),
        (f"<filter><in>{literal('x')}</in><match>{literal('item > 7')}</match></filter>", []),
        (f'<some iteratorVariable="i"><in>{literal("x")}</in><satisfies>{literal("i = 7")}</satisfies></some>', True),
        (f'<for iteratorVariable="i"><in>{literal("x")}</in><return>{literal("i + 1")}</return></for>', [8]),
        (f'<for iteratorVariable="i"><in>{literal("[1, 2]")}</in><return>{literal("i * x")}</return></for>', [7, 14]),
        (f'<some iteratorVariable="i"><in>{literal("[1, 9]")}</in><satisfies>{literal("i > x")}</satisfies></some>', True),
        (f'<every iteratorVariable="i"><in>{literal("[1, 9]")}</in><satisfies>{literal("i > x")}</satisfies></every>', False),
        (
            f'<invocation>{literal("substring")}<binding><parameter name="string"/>{literal(chr(34) + "abc" + chr(34))}</binding>'
            f'<binding><parameter name="start position"/>{literal("2")}</binding></invocation>',
            "bc",
        ),
        (f"<context>{entry('t', table([column('x')], [result('r')], [('7', '1')]))}</context>", {"t": 1}),
        (literal(""), None),
        ("", None),
        (literal('"text"', kind="number"), None),
        (literal("[1]", kind="number"), 1),
    ],
)  # fmt: skip
def test_a_box(logic: str, expected: Any) -> None:
    assert value(decision(logic), x=7) == expected


def test_decisions_require_each_other() -> None:
    body = (
        '<inputData id="i" name="Base Salary"><variable name="Base Salary" typeRef="number"/></inputData>'
        + decision(literal("Base Salary * 12"), "y", "Yearly", requires=requires("i", as_="requiredInput"))
        + decision(literal("Yearly + 1"), requires=requires("y"))
    )

    assert value(body, **{"Base Salary": 100}) == 1201
    assert value(body, "Decision", **{"Base Salary": 100}) == 1201
    assert value(body, **{"Base Salary": "much"}) is None


def test_a_decision_sees_only_what_it_requires() -> None:
    body = decision(literal("1"), "y", "Other") + decision(literal("Other"))

    assert value(body, Other=5) is None


def test_knowledge_is_a_function_and_may_call_itself() -> None:
    body = (
        '<businessKnowledgeModel id="k" name="fact"><variable name="fact"/><encapsulatedLogic>'
        f'<formalParameter name="n" typeRef="number"/>{literal("if n < 2 then 1 else n * fact(n - 1)")}'
        "</encapsulatedLogic></businessKnowledgeModel>"
        + decision(literal("fact(5)"), requires=requires("k", as_="requiredKnowledge"))
    )

    assert value(body) == 120


GRADE = table(
    [column("points"), column("kind")],
    [result("r")],
    [("< 5", "-", '"low"'), (">= 5", '"strict"', '"middling"'), (">= 5", "-", '"high"')],
    policy="FIRST",
)


@pytest.mark.parametrize(
    "named", ["", '<formalParameter name="points"/><formalParameter name="kind"/>'], ids=["implied", "named"]
)
def test_a_table_that_is_knowledge_is_called_with_its_inputs(named: str) -> None:
    known = (
        '<businessKnowledgeModel id="k" name="grade"><variable name="grade"/>'
        f"<encapsulatedLogic>{named}{GRADE}</encapsulatedLogic></businessKnowledgeModel>"
    )
    bindings = "".join(
        f'<binding><parameter name="{name}"/>{literal(value)}</binding>'
        for name, value in (("kind", '"strict"'), ("points", "7"))
    )
    needs = requires("k", as_="requiredKnowledge")
    called = decision(f"<invocation>{literal('grade')}{bindings}</invocation>", requires=needs)

    assert value(known + called) == "middling"
    assert value(known + decision(literal('grade(7, "mild")'), requires=needs)) == "high"


def test_java_is_never_executed() -> None:
    body = (
        '<businessKnowledgeModel id="k" name="f"><encapsulatedLogic kind="Java"><formalParameter name="n"/>'
        f"<context>{entry('class', literal(chr(34) + 'java.lang.Math' + chr(34)))}</context></encapsulatedLogic>"
        "</businessKnowledgeModel>"
        + decision(literal("f(1)"), requires=requires("k", as_="requiredKnowledge"))
    )
    found = parse_tables(definitions(body)).evaluate("d", {})

    assert (found.result, [problem.key for problem in found.problems]) == (None, ["external"])


SERVICE = (
    '<inputData id="i" name="x"><variable name="x" typeRef="number"/></inputData>'
    + decision(literal("x * 2"), "inner", "Inner", requires=requires("i", as_="requiredInput"))
    + decision(literal("Inner + given"), "out", "Out", requires=requires("inner", "given"))
    + decision(literal("100"), "given", "given")
    + '<decisionService id="s" name="Service"><variable name="Service"/><outputDecision href="#out"/>'
    '<encapsulatedDecision href="#inner"/><inputDecision href="#given"/><inputData href="#i"/></decisionService>'
)


def test_a_service_computes_from_its_inputs_alone() -> None:
    caller = decision(literal("Service(5, 1)"), requires=requires("s", as_="requiredKnowledge"))

    assert value(SERVICE + caller) == 11
    assert value(SERVICE, "Service", x=5, given=1) == 11
    assert value(SERVICE, "out", x=5) == 110


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("Service(given: 1, x: 5)", 11),
        ('Service("5", 1)', None),
        ("Service(5)", None),
        ("Service(5, 1, 1)", None),
        ("Service instance of function<number, number> -> number", True),
        ("Service instance of function<number> -> number", False),
    ],
)
def test_a_service_has_the_type_of_its_inputs(call: str, expected: Any) -> None:
    caller = decision(literal(call), requires=requires("s", as_="requiredKnowledge"))

    assert value(SERVICE + caller) == expected


ITEMS = (
    '<itemDefinition name="tKind"><typeRef>string</typeRef>'
    + text("allowedValues", '"fire", "water"')
    + '</itemDefinition><itemDefinition name="tPerson"><itemComponent name="age"><typeRef>number</typeRef></itemComponent>'
    '<itemComponent name="kinds" isCollection="true"><typeRef>tKind</typeRef></itemComponent></itemDefinition>'
)


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("tKind", "fire", "fire"),
        ("tKind", "air", None),
        ("tPerson", {"age": 1, "kinds": ["fire"]}, {"age": 1, "kinds": ["fire"]}),
        ("tPerson", {"age": 1, "kinds": ["air"]}, None),
        ("tPerson", {"age": "1", "kinds": []}, None),
        ("tPerson", {"kinds": []}, None),
        ("list<tKind>", "fire", ["fire"]),
    ],
)
def test_values_must_conform_to_their_type(kind: str, given: Any, expected: Any) -> None:
    kind = kind.replace("<", "&lt;")
    data = f'<inputData id="i" name="x"><variable name="x" typeRef="{kind}"/></inputData>'
    body = ITEMS + data + decision(literal("x"), requires=requires("i", as_="requiredInput"))

    assert value(body, x=given) == expected


def test_instance_of_asks_for_the_kind_alone() -> None:
    assert value(ITEMS + decision(literal('"air" instance of tKind'))) is True


LIBRARY = definitions(
    ITEMS
    + '<businessKnowledgeModel id="k" name="Say Hello"><encapsulatedLogic><formalParameter name="name"/>'
    + literal('"Hei " + name')
    + "</encapsulatedLogic></businessKnowledgeModel>",
    "library",
)


def test_imported_decisions_are_seen_under_the_imports_name() -> None:
    body = (
        '<import namespace="library" name="lib" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
        + decision(
            literal('lib.Say Hello("Aino") + string("air" instance of lib.tKind)'),
            requires=requires("library#k", as_="requiredKnowledge"),
        )
    )

    assert parse_tables(definitions(body), (LIBRARY,)).evaluate("d", {}).result == "Hei Ainotrue"


def test_an_imported_models_inputs_may_be_given_under_the_imports_name() -> None:
    inner = definitions(
        '<inputData id="i" name="who"><variable name="who"/></inputData>'
        + decision(literal('"Hei " + who'), "hello", "Hello", requires=requires("i", as_="requiredInput")),
        "inner",
    )
    imports = '<import namespace="inner" name="one" importType="x"/>'
    body = imports + decision(literal("one.Hello"), requires=requires("inner#hello"))
    model = parse_tables(definitions(body), (inner,))

    assert model.evaluate("d", {"one": {"who": "Aino"}}).result == "Hei Aino"
    assert model.evaluate("d", {"who": "Eino"}).result == "Hei Eino"


@pytest.mark.parametrize("namespace", sorted(NAMESPACES))
def test_every_version_is_read(namespace: str) -> None:
    assert parse_tables(definitions(decision(literal("1")), dmn=namespace)).evaluate("d", {}).result == 1


REFUSED = [
    (decision(table([column("x")], [result("r")], [("> ", "1")])), "unreadable"),
    (decision(table([column("x")], [result("r")], [("1", "1", "2")])), "cells"),
    (decision(table([column("x")], [], [])), "no_output"),
    (decision(table([column("x")], [result("r")], [], "LUCKY")), "hit_policy"),
    (decision(literal("1"), requires=requires("gone")), "no_element"),
    (decision(literal("1"), requires=requires("d")) + decision(literal("1"), "e", "E"), "circle"),
    (decision(literal("1"), requires=requires("e")) + decision(literal("1"), "e", "E", requires=requires("d")), "circle"),
    ('<decision id="d"/>', "no_name"),
    (decision(text("literalExpression", "1", expressionLanguage="https://groovy")), "language"),
    (decision(literal("1"), kind="tGone"), "unknown_type"),
    (decision("<list>" * 50 + "</list>" * 50), "too_deep"),
    (decision(literal("1")) + decision(literal("2")), "same_id"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "key"), REFUSED)
def test_a_broken_model_is_refused_with_the_reason(body: str, key: str) -> None:
    with pytest.raises(DmnRefused) as refused:
        parse_tables(definitions(body))

    assert key in [problem.key for problem in refused.value.problems]


def test_all_problems_come_at_once_each_with_its_cell() -> None:
    xml = definitions(decision(table([column("x")], [result("r")], [("> ", "1"), ("5", "1 +")])))
    with pytest.raises(DmnRefused) as refused:
        parse_tables(xml.replace(b"<inputEntry>", b'<inputEntry id="c">'))

    assert [problem.element for problem in refused.value.problems] == ["c", None]


def test_something_else_than_dmn_is_refused() -> None:
    with pytest.raises(DmnRefused):
        parse_tables(b"<html/>")


def test_a_decision_nobody_drew_is_refused() -> None:
    with pytest.raises(DmnRefused):
        value(decision(literal("1")), "other")


def test_a_lenient_reading_makes_the_unreadable_null() -> None:
    body = decision(literal("1 +")) + decision(literal("2"), "e", "E")
    model = parse_tables(definitions(body), lenient=True)

    assert model.evaluate("d", {}).result is None
    assert model.evaluate("e", {}).result == 2
    assert [problem.key for problem in model.problems] == ["unreadable"]
