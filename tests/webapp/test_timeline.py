"""The timeline of a case: every kind of event that the engine records has its sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask

import engine
from tests.support.browsing import signed_in
from tests.support.story import Story
from webapp.rendering.timeline.events import THREADS
from webapp.rendering.timeline.sentences import SENTENCES

ENGINE = Path(engine.__file__).parent
HIDDEN = {"machinery", "timers"}
"""Threads that show among all events only."""


def recorded_kinds() -> Iterator[str]:
    """Yield the kind of each `work.record(case_id, kind, …)` and `timeline.record(…)` of the engine."""
    for file in sorted(ENGINE.rglob("*.py")):
        # The executor's `record` is what the others call.
        text = file.read_text("utf-8")
        if file.parent.name != "executor" and "record" in text:
            tree = ast.parse(text)
            for function in ast.walk(tree):
                if isinstance(function, ast.FunctionDef):
                    for kind in _kinds_in(function):
                        yield from _values(kind, function, tree, file)


def _kinds_in(function: ast.FunctionDef) -> Iterator[ast.expr]:
    for call in ast.walk(function):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "record"
            and ast.unparse(call.func.value).endswith(("work", "timeline"))
        ):
            yield call.args[1]


def _values(kind: ast.expr, function: ast.FunctionDef, tree: ast.Module, file: Path) -> Iterator[str]:
    """Yield the texts that an expression may be: written there, a constant, looked up in a constant mapping, or given by
    the callers beside it."""
    if isinstance(kind, ast.Constant):
        yield str(kind.value)
    elif isinstance(kind, ast.IfExp):
        yield from _values(kind.body, function, tree, file)
        yield from _values(kind.orelse, function, tree, file)
    elif isinstance(kind, ast.Name) and kind.id in (names := [each.arg for each in function.args.args]):
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == function.name:
                yield from _values(call.args[names.index(kind.id)], function, tree, file)
    elif isinstance(kind, ast.Name):
        yield str(_constant(kind, file))
    elif isinstance(kind, ast.Subscript) and isinstance(kind.value, ast.Name):
        yield from map(str, _constant(kind.value, file).values())
    else:
        raise AssertionError(f"{file.name}:{kind.lineno}: write the kind as a text: {ast.unparse(kind)}")


def _constant(name: ast.Name, file: Path) -> Any:
    module = ".".join(file.relative_to(ENGINE.parent).with_suffix("").parts)
    return getattr(import_module(module), name.id)


RECORDED_BEFORE = {"police_notified", "service_needs_handed_over"}
"""Versions before `send_notice` recorded these; timelines of their cases still show them."""


def test_every_kind_of_event_has_its_sentence() -> None:
    kinds = set(recorded_kinds())

    assert {"task_completed", "case_moved", "applicant_code_given"} <= kinds
    assert kinds - set(SENTENCES) == set(), "add a sentence in webapp/rendering/timeline/sentences.py"
    assert set(SENTENCES) - kinds == RECORDED_BEFORE, "sentences of events that nothing records"


def test_every_sentence_stands_in_a_thread_that_is_shown() -> None:
    assert {thread for thread, _ in SENTENCES.values()} <= {*THREADS, *HIDDEN}


def test_what_somebody_wrote_ends_without_a_full_stop_before_the_next_particular(
    story: Story, app: Flask
) -> None:
    story.applies()
    story.until("contact_client")
    story.does("kasittelija", "contact_client", contact_notes="Soitettu. Sovittiin tapaaminen.")
    page = signed_in(story.world, "kasittelija", app).get(f"/cases/{story.reference}")
    assert "Soitettu. Sovittiin tapaaminen, Kerttu Käsittelijä" in page.text
