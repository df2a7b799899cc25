"""Every sentence the engine says has a Swedish and an English one, with the same values in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import engine
import processes
from engine.bpmn.diagram.listing import EVENTS, KINDS, STATES
from engine.bpmn.form_sentences import FORM_SENTENCES
from engine.bpmn.sentences import SENTENCES
from engine.casework.opinions import APPEAL_DOCUMENTS
from engine.casework.resolution_letter import ORGANISERS
from engine.guardrails.wording import MEANINGS
from engine.letters.checking import SENTENCES as LETTER_SENTENCES
from engine.letters.files import read_text
from engine.letters.translating import lines_of
from engine.migration.reasons import SENTENCES as REASONS
from engine.models.comparing.diagrams import ANSWERS, LABELS, MOMENTS, MULTIPLES
from engine.models.comparing.forms import FIELD_LABELS, FIELD_TYPES
from engine.models.comparing.guardrails import GUARDRAIL_LABELS
from engine.models.comparing.letters import HEAD_LABELS
from engine.models.comparing.letters import LANGUAGES as LETTER_LANGUAGES
from engine.models.comparing.tables import COLUMN_LABELS, POLICIES, TABLE_LABELS
from engine.operations.papers import AUTHORITIES, LEGAL_BASES, OUTCOMES
from engine.texts import LANGUAGES, catalogue, day, text, weekday

SOURCE = Path(engine.__file__).parent
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")


@cache
def read() -> tuple[frozenset[str], frozenset[str]]:
    """Return the Finnish sentences handed to `text` or `say` anywhere in the engine, and every string of the source: a
    sentence may reach `text` through a table. The source is parsed once."""
    sentences, written = set(), set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                written.add(node.value)
            elif isinstance(node, ast.Call):
                sentences |= set(_handed_on(node))
    return frozenset(sentences), frozenset(written)


def _handed_on(call: ast.Call) -> Iterator[str]:
    if isinstance(call.func, ast.Name) and call.func.id == "text":
        handed = call.args[1:2]
    elif isinstance(call.func, ast.Attribute) and call.func.attr == "say":
        handed = call.args[:1]
    else:
        return
    for each in handed:
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def in_receipts_and_mails() -> frozenset[str]:
    """Lines of the shipped receipts and mails, which are read in languages that their files do not hold."""
    folder = Path(processes.__file__).parent
    paths = [*folder.glob("*/texts/receipt_*.toml"), *folder.glob("*/texts/mail_*.toml")]
    return frozenset(line for path in paths for line in lines_of(read_text(path.read_bytes())["fi"]))


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "fi"])
def test_no_sentence_is_missing_and_none_is_left_over(language: str) -> None:
    translated = frozenset(catalogue(language))
    sentences, written = read()
    assert sentences - translated == set()
    assert translated - written - in_receipts_and_mails() == set()


def chosen() -> frozenset[str]:
    """Sentences that reach `text` through a table."""
    tables: tuple[Mapping[Any, str], ...] = (
        KINDS, EVENTS, STATES, ORGANISERS, LEGAL_BASES, AUTHORITIES, OUTCOMES, APPEAL_DOCUMENTS,
        LABELS, MULTIPLES, MOMENTS, ANSWERS, FIELD_LABELS, FIELD_TYPES, HEAD_LABELS, LETTER_LANGUAGES,
        GUARDRAIL_LABELS, TABLE_LABELS, COLUMN_LABELS, POLICIES, MEANINGS, REASONS,
    )  # fmt: skip
    sentences = {part for _, *both in {**SENTENCES, **FORM_SENTENCES}.values() for part in both}
    sentences |= set(LETTER_SENTENCES)
    return frozenset(sentences | {word for table in tables for word in table.values()})


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "fi"])
def test_no_word_of_a_table_is_missing(language: str) -> None:
    assert chosen() - frozenset(catalogue(language)) == set()


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "fi"])
def test_translations_use_the_same_values(language: str) -> None:
    for finnish, translation in catalogue(language).items():
        assert sorted(PLACEHOLDER.findall(finnish)) == sorted(PLACEHOLDER.findall(translation)), finnish


def test_an_unknown_language_is_answered_in_finnish() -> None:
    assert text("tlh", "Vastaa viimeistään {due_on}.", due_on="1.2.2026") == "Vastaa viimeistään 1.2.2026."


def test_days_are_written_as_each_language_reads_them() -> None:
    late_evening = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    assert day("fi", late_evening) == "24.11.2026"
    assert day("en", date(2026, 11, 4)) == "4 November 2026"
    assert weekday("fi", date(2026, 11, 24)) == "ti 24.11.2026"
    assert weekday("sv", date(2026, 11, 24)) == "tis 24.11.2026"
