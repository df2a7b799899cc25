"""Each operation is declared whole, and each event that operations record has its sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

import engine.operations
import webapp
from engine.executor import Operation
from engine.operations import OPERATIONS
from engine.operations.declaration import KINDS
from engine.texts import LANGUAGES, catalogue
from webapp.rendering.timeline.sentences import SENTENCES

SOURCE = Path(engine.operations.__file__).parent
TRANSLATIONS = Path(webapp.__file__).parent / "translations"
TRANSLATED = [language for language in LANGUAGES if language != "fi"]
OF_CASEWORK = {
    "case_restricted",
    "clienthood_restored",
    "content_opened",
    "content_sealed",
    "correction_ended",
    "manager_notified",
    "message_received",
    "notice_begun",
    "parent_admission_ended",
    "retention_set",
}
"""Events that casework records, for operations and for signatures alike."""
RECORDED = sorted({kind for each in OPERATIONS.values() for kind in each.records})


@pytest.mark.parametrize("each", OPERATIONS.values(), ids=OPERATIONS)
def test_an_operation_is_declared_whole(each: Operation) -> None:
    assert each.label.strip(), "it has no label"
    assert each.sentence.endswith("."), "it has no sentence"
    unknown = {*each.inputs.values(), *each.outputs.values()} - set(KINDS)
    assert unknown == set(), "kinds of values that engine/operations/declaration.py does not list"


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("each", OPERATIONS.values(), ids=OPERATIONS)
def test_an_operation_is_named_in_every_language(each: Operation, language: str) -> None:
    words = {word for word in (each.label, each.sentence, each.sends) if word}
    missing = words - set(catalogue(language))
    assert missing == set(), f"add them to engine/translations/operations.{language}.po"


def declared() -> Iterator[str]:
    """Yield the names of functions that wear the decorator, anywhere in the package."""
    for path in SOURCE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(each, ast.Call) and ast.unparse(each.func) == "operation"
                for each in node.decorator_list
            ):
                yield node.name


def test_every_declared_operation_is_registered_once() -> None:
    assert sorted(declared()) == sorted(OPERATIONS), "its module stands in MODULES of engine/operations"


def test_no_two_operations_have_one_label() -> None:
    assert len({each.label for each in OPERATIONS.values()}) == len(OPERATIONS)


def recorded() -> Iterator[str]:
    """Yield the kinds of events that the package records."""
    for path in SOURCE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "work.record":
                assert isinstance(node.args[1], ast.Constant), f"{path.name}: write the kind as a text"
                yield str(node.args[1].value)


def test_every_recorded_event_is_declared() -> None:
    assert sorted({*recorded(), *OF_CASEWORK}) == RECORDED


@pytest.mark.parametrize("kind", RECORDED)
def test_an_event_has_its_sentence_in_every_language(kind: str) -> None:
    assert kind in SENTENCES, "add a sentence in webapp/rendering/timeline/sentences.py"
    _, sentence = SENTENCES[kind]
    for language in TRANSLATED:
        files = (TRANSLATIONS / language / "LC_MESSAGES").glob("*.po")
        known = {entry.msgid for file in files for entry in polib.pofile(str(file)) if entry.msgstr}
        assert sentence in known, f"translate it in webapp/translations/{language}"
