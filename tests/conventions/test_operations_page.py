"""The page for operators names alerts, reasons, settings and statements as the program has them: one that it did not would be
missed in the night on which it counts."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event, text

from engine.storage.database import Database
from engine.storage.durability import DURABLE
from engine.storage.tables import METADATA
from engine.storage.ways_in import end_open_ways
from tests.conventions.tracked import ROOT, product_files
from tests.support.postgres import Cluster
from tests.support.world import BEGINNING, Template

PAGE: Final = (ROOT / "docs" / "operations.md").read_text("utf-8")
SOURCES: Final = re.sub(
    r'"\s*\n\s*f?"',
    "",
    " ".join(
        path.read_text("utf-8")
        for path in product_files(".py")
        if path.relative_to(ROOT).parts[0] in {"engine", "webapp"}
    ),
)
"""With each sentence in one piece."""
FILLED_IN: Final = re.compile(r"…|on \d+\*?$|\bVIREILLE_PROXIES\b")
"""Places of a sentence that the program fills in."""


def rows_under(heading: str) -> list[list[str]]:
    """Return the cells of all tables whose first column has this heading."""
    tables = re.findall(rf"^\| {re.escape(heading)} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    return [line.strip("| ").split(" | ") for table in tables for line in table.splitlines()]


def test_every_alert_is_on_a_number_that_is_given() -> None:
    source = Path(ROOT / "webapp" / "http" / "metrics.py").read_text("utf-8")
    alerts = {name for row in rows_under("alert") for name in re.findall(r"`vireille_([a-z_]+)", row[0])}
    assert len(alerts) > 8
    assert {each for each in alerts if f'"{each}"' not in source} == set()


def test_every_reason_in_the_journal_is_one_that_is_written() -> None:
    reasons = {row[0].strip("`") for row in rows_under("`reason`")}
    assert len(reasons) > 5
    assert {each for each in reasons if f'"{each}"' not in SOURCES} == set()


def test_every_sentence_that_is_looked_up_is_one_that_the_program_says() -> None:
    looked_up = [each for row in rows_under("it says") for each in re.findall(r"\*([^*]+)\*", row[0])]
    pieces = [piece.strip(" .") for each in looked_up for piece in FILLED_IN.split(each)]
    assert len(looked_up) > 15
    assert [each for each in pieces if each and each not in SOURCES] == []


def test_what_may_be_divided_has_the_key_in_its_primary_key_and_nothing_refers_to_it() -> None:
    named = {
        table: re.findall(r"`(\w+)`", key)[0]
        for tables, key, change in rows_under("table")
        for table in re.findall(r"`(\w+)`", tables)
        if change.startswith("nothing else")
    }
    referred = {key.column.table.name for each in METADATA.tables.values() for key in each.foreign_keys}
    assert len(named) > 5
    assert {table: next(iter(METADATA.tables[table].primary_key)).name for table in named} == named
    assert named.keys() & referred == set()


def test_the_servers_settings_are_those_that_the_start_asks_for() -> None:
    shown = dict(re.findall(r"^ +(fsync|full_page_writes|synchronous_commit) = (\w+)", PAGE, re.MULTILINE))
    assert shown.keys() == DURABLE.keys()
    assert all(shown[name] in allowed for name, allowed in DURABLE.items())


def test_after_a_point_in_time_the_same_ways_in_are_ended_as_after_a_restore(
    postgres: Cluster, template: Template
) -> None:
    block = re.search(r"```\n(UPDATE sessions.*?)```", PAGE, re.DOTALL)
    assert block is not None
    statements = [each.strip() for each in block[1].split(";") if each.strip()]
    name = template.copy_on(postgres)
    changed: set[str] = set()

    def note(_connection: object, _cursor: object, sql: str, *_rest: Any) -> None:
        changed.update(re.findall(r"(?:UPDATE|DELETE FROM) (\w+)", sql))

    with closing(Database(postgres.url(name))) as database:
        with database.transaction() as connection:
            for each in statements:
                connection.execute(text(each))
        event.listen(database.engine, "before_cursor_execute", note)
        end_open_ways(database, BEGINNING)
    postgres.drop_database(name)
    assert {each.split()[2 if each.startswith("DELETE") else 1] for each in statements} == changed
