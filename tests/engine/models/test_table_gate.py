"""A table that can't be read: which table, row and column, and how such a cell is written."""

from __future__ import annotations

import pytest

from engine.bootstrap import shipped_files
from engine.bpmn import in_language
from engine.models.gate import unreadable

PATH = "wait_for_reply/reminders.dmn"


def spoilt(old: str, new: str) -> dict[str, bytes]:
    table = shipped_files()[PATH].decode()
    assert old in table
    return {PATH: table.replace(old, new, 1).encode()}


@pytest.mark.parametrize(
    ("old", "row", "column", "example"),
    [
        ("(due_at - now()) / 2", "1", "Muistutus, kun on kulunut", 'duration("P5D")'),
        ('&gt;= duration("P3D")', "1", "Aikaa määräpäivään", '>= duration("P5D")'),
        ("<text>null</text>", "2", "Muistutus, kun on kulunut", 'duration("P5D")'),
    ],
)
def test_a_cell_is_named_by_table_row_and_column_with_an_example(old, row, column, example):
    words = "<text>5 päivää</text>" if old.startswith("<text>") else "5 päivää"
    (found,) = unreadable(spoilt(old, words))

    assert found.severity == "error"
    assert (
        found.sentence
        == f"Taulun ”Muistutukset” rivin {row} sarakkeessa ”{column}” on ”5 päivää”, jota ei voi lukea. Tässä ei voi olla päivää."
    )
    assert (
        found.way_out == f"Avaa taulu ja korjaa solu. Tässä sarakkeessa kirjoitetaan esimerkiksi {example}."
    )
    assert found.element_id
    swedish, _ = in_language(found, "sv")
    assert swedish.startswith(f"På rad {row} i tabellen ”Muistutukset”")


def test_a_file_that_is_no_table_is_not_sent_to_the_diagram_editor():
    (found,) = unreadable({PATH: b"<x/>"})

    assert found.sentence.startswith(f"Päätöstaulua {PATH} ei voi lukea")
    assert "kaavioeditori" not in found.way_out
