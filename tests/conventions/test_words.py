"""One word, one thing: the words of README's glossary, and none of the ones it replaces."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.conventions.tracked import product_files, shown

INSTEAD = {
    "workflow": "ProcessDefinition or Instance",
    "ticket": "Case",
    "payload": "answers or variables",
    "todo": "UserTask",
    "helper": "the name of what it does",
    "utils": "the name of what it does",
    "lead": "Enquiry",
    "dossier": "CaseFile",
    "sla": "Deadline",
    "work_item": "UserTask",
    "human_task": "UserTask",
    "sandbox": "TryOut or Environment",
    "rehearsal": "Scenario",
}
# The dialect of another house, inside the door to that house.
FOREIGN = {
    "engine": {"payload"},  # BPMN's word for what a message carries; of a form it is forbidden
    "engine/bpmn": {"workflow"},  # SpiffWorkflow's own word for an instance
}
WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def test_no_name_in_our_code_uses_a_word_the_glossary_replaces():
    found = {
        f"{shown(path)}: {name} (say {INSTEAD[word]})"
        for path in product_files(".py")
        for name in _names(path)
        for word in INSTEAD
        if _contains(name, word) and word not in _allowed(path)
    }

    assert found == set()


def test_nothing_is_left_undone():
    # In two halves, so that this line is not what others find when they look for the same.
    undone = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK|NotImplemented" r"Error)\b")

    assert {
        shown(path)
        for path in product_files(".py", ".js", ".mjs", ".html", ".css")
        if undone.search(path.read_text())
    } == set()


def _allowed(path: Path) -> set[str]:
    return {word for folder, words in FOREIGN.items() if shown(path).startswith(folder) for word in words}


def _contains(name: str, word: str) -> bool:
    parts = "_".join(part.lower() for part in WORD.findall(name))
    return f"_{word}_" in f"_{parts}_"


def _names(path: Path) -> Iterator[str]:
    """Every name this file gives: classes, functions, parameters, variables, attributes of self."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.arg(arg=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
    yield path.stem
