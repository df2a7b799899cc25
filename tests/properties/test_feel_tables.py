"""A decision table is read or refused after any damage to its file; a table once read can be checked and asked."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.dmn import check, parse_tables
from engine.errors import Refusal
from tests.engine.dmn.drawn import column, decision, definitions, literal, requires, result, table

WHOLE = definitions(
    '<inputData id="i" name="age"><variable name="age" typeRef="number"/></inputData>'
    + decision(
        table(
            [column("age", kind="number"), column("kind", kind="string", allowed='"a", "b"')],
            [result("level", allowed='"low", "high"', default='"low"')],
            [("< 18", '"a"', '"low"'), ("[18..65]", "-", '"high"'), ("> 65", 'not("b")', '"low"')],
        ),
        "t",
        "Table",
        requires=requires("i", as_="requiredInput"),
    )
    + decision(literal("if Table = null then 1 else [Table, age]"), requires=requires("t", "i"))
)
PIECES = [
    b'"',
    b"<",
    b">",
    b"-",
    b"not(",
    b"[",
    b"..",
    b"1 +",
    b"UNIQUE",
    b"PRIORITY",
    b'typeRef="date"',
    b"<rule>",
    b"</rule>",
    b"<text>1</text>",
]
places = st.integers(0, len(WHOLE))
changes = st.lists(
    st.tuples(places, st.integers(0, 30), st.sampled_from(PIECES) | st.just(b"")), min_size=1, max_size=4
)


@settings(max_examples=300)
@given(changes=changes, lenient=st.booleans())
def test_a_damaged_file_is_refused_or_works(changes: list[tuple[int, int, bytes]], lenient: bool) -> None:
    damaged = bytearray(WHOLE)
    for place, length, piece in changes:
        damaged[place : place + length] = piece
    with suppress(Refusal):
        model = parse_tables(bytes(damaged), lenient=lenient)
        check(model)
        for one in model.decisions:
            model.evaluate(one.id, {"age": 20, "kind": "a"})
