"""Code of other languages, and texts that only look like ours, in every place where a model may compute: each is
refused by the name of its element, or is nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import Final

import pytest

from engine.bpmn.checks import check_bundle
from engine.dmn import DmnRefused, check, parse_tables
from engine.feel import FeelProblem, parse
from forms.errors import InvalidDefinition
from tests.engine.bpmn.drawn import chain, node
from tests.engine.bpmn.refused import END, REFERENCES, START, Q, calling, multiple, one, straight, timer, xor
from tests.engine.bpmn.refused_meanings import REFUSED as DRAWN
from tests.engine.dmn.drawn import column, decision, definitions, result, table
from tests.engine.models.foreign.hostile import REFUSED
from tests.forms.writing import asked, form

CODE: Final = (
    "__import__('os').system('id')",
    "().__class__.__base__.__subclasses__()",
    "channel.__class__.__mro__[1]",
    "channel.__init__.__globals__",
    "open('/etc/passwd').read()",
    'open("/etc/passwd")',
    'eval("1")',
    'exec("import os")',
    'getattr(channel, "x")',
    "globals()",
    "lambda: 1",
    "lambda x: x",
    "[x ** 2 for x in range(3)]",
    "(yield 1)",
    "await channel",
    "x := 1",
    "*channel",
    "**channel",
    "f'{channel}'",
    '"{0.__class__}".format(channel)',
    '"%s" % channel',
    "channel if channel else 1",
    "channel and not 1 or 2 is 3",
    "1 << 9",
    "~1",
    "import os",
    "1; 2",
    "`id`",
    "$(id)",
    "${T(java.lang.Runtime).getRuntime().exec('id')}",
    "#{''.getClass()}",
    "{{7*7}}",
    "<%= 7*7 %>",
    "new java.lang.ProcessBuilder('id').start()",
    "require('child_process').exec('id')",
    "function() { return 1 }",
    "() => 1",
    "doc('http://127.0.0.1:9/x')",
    "document(\"file:///etc/passwd\")",
    "select * from cases",
)  # fmt: skip


def errors_in(files: dict[str, bytes]) -> set[str | None]:
    return {each.element_id for each in check_bundle(files, REFERENCES) if each.severity == "error"}


def condition(code: str) -> set[str | None]:
    ways = chain("x e2", code)
    return errors_in(one(START, xor(""), END, node("endEvent", "e2"), chain("a x e"), ways, role=""))


def script(code: str) -> set[str | None]:
    inside = f"<script>{escape('{found: ' + code + '}')}</script>"
    return errors_in(straight(node("scriptTask", "s", inside), "s"))


def timed(tag: str) -> Callable[[str], set[str | None]]:
    return lambda code: errors_in(straight(timer(f"<{tag}>{escape(code)}</{tag}>"), "w"))


def output(code: str) -> set[str | None]:
    return errors_in(
        straight(node("userTask", "t", form_key="f", output="{choice: " + code + "}"), "t", role="t")
    )


def due(code: str) -> set[str | None]:
    return errors_in(straight(node("userTask", "t", form_key="f", due=code), "t", role="t"))


def given(name: str) -> Callable[[str], set[str | None]]:
    def of(code: str) -> set[str | None]:
        call = multiple(**{name: "{a: " + code + "}" if name == "input" else code})
        return errors_in(calling(call, Q, wrapped=True))

    return of


def cardinality(code: str) -> set[str | None]:
    marker = f"<multiInstanceLoopCharacteristics id='mi'><loopCardinality>{escape(code)}</loopCardinality></multiInstanceLoopCharacteristics>"
    return errors_in(calling(multiple(marker), Q, wrapped=True))


def completion(code: str) -> set[str | None]:
    marker = (
        "<multiInstanceLoopCharacteristics id='mi'><loopCardinality>count(things)</loopCardinality>"
        f"<completionCondition>{escape(code)}</completionCondition></multiInstanceLoopCharacteristics>"
    )
    return errors_in(calling(multiple(marker), Q, wrapped=True))


def cell(place: str) -> Callable[[str], set[str | None]]:
    def of(code: str) -> set[str | None]:
        cells = {"input": "age", "test": "-", "result": "1", place: code}
        logic = table([column(cells["input"])], [result("out")], [(cells["test"], cells["result"])])
        try:
            found = check(parse_tables(definitions(decision(logic))))
        except DmnRefused as refused:
            return {str(refused)}
        return {each.decision for each in found if each.severity == "error"}

    return of


def hidden(code: str) -> set[str | None]:
    try:
        form(asked("b"), asked("a", hide=code))
    except InvalidDefinition as refused:
        return {refused.where}
    except FeelProblem as refused:
        return {refused.sentence}
    return set()


PLACES: Final[dict[str, Callable[[str], set[str | None]]]] = {
    "a condition": condition,
    "a script": script,
    "a duration": timed("timeDuration"),
    "a date": timed("timeDate"),
    "a task's output": output,
    "a call's input": given("input"),
    "a call's collection": given("collection"),
    "a number of calls": cardinality,
    "an end of calls": completion,
    "an input of a table": cell("input"),
    "a test of a table": cell("test"),
    "a result of a table": cell("result"),
    "a condition of a form": hidden,
}


RIGHT: Final = {
    "a script": "1",
    "a duration": '"P3D"',
    "a date": "channel",
    "a task's output": "answers.choice",
    "a call's input": "channel",
    "a call's collection": "things",
    "a number of calls": "count(things)",
    "an input of a table": "age",
    "a test of a table": "> 1",
    "a result of a table": "2",
    "a condition of a form": 'b = "x"',
}
VARIABLES: Final = {"channel": "web", "things": [1], "age": 3, "b": "x", "x": 1}


def gives_something(code: str) -> bool:
    """Return True if the code has a value here. A path that Python would follow leads to nothing."""
    try:
        return parse(code).evaluate(VARIABLES) is not None
    except FeelProblem:
        return False


@pytest.mark.parametrize("place", PLACES)
def test_it_is_refused_in_every_place(place: str) -> None:
    refused = PLACES[place]
    assert refused(RIGHT.get(place, 'channel = "web"')) == set(), "what is right is taken"
    assert [code for code in CODE if not refused(code) and gives_something(code)] == []
    assert sum(bool(refused(code)) for code in CODE) > len(CODE) / 2


def test_there_are_enough_and_no_two_alike() -> None:
    """With the files that are refused as files, and the diagrams that the gate refuses by what they mean."""
    files: Iterable[bytes] = [*REFUSED.values(), *(b"".join(each.values()) for _, each in DRAWN)]
    assert len(set(files)) >= 120
    assert len(CODE) * len(PLACES) >= 500
    assert len(set(CODE)) == len(CODE)
