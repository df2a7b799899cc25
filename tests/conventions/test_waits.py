"""In a browser test nothing asks right after a click, which may come back while the old page still stands.

What leads on is followed (`tests/support/chromium.follow`); after any other click comes something that waits by itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import pytest

TESTS = sorted((Path(__file__).resolve().parents[1] / "browser").glob("test_*.py"))
ACTS = frozenset(
    {
        "check",
        "click",
        "fill",
        "focus",
        "press",
        "press_sequentially",
        "select_option",
        "set_input_files",
        "uncheck",
    }
)
"""Done by Playwright only when they can be. Neither the keyboard nor a question waits for anything."""
WAYS = frozenset({"follow", "panel_of", "ready"})
Functions = Mapping[str, ast.FunctionDef]


def overtaken(tree: ast.Module) -> Iterator[int]:
    """The lines that ask before anything has waited for what was clicked."""
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                statements = [each for each in block if not _only_names(each)]
                yield from (
                    after.lineno
                    for before, after in pairwise(statements)
                    if _called(before) == "click" and not _waits(after, functions)
                )


def _waits(statement: ast.stmt, functions: Functions) -> bool:
    if isinstance(statement, ast.For):
        return _waits(statement.body[0], functions)
    called = _called(statement)
    if called in functions:
        return _waits(next(each for each in functions[called].body if not _only_names(each)), functions)
    return (
        isinstance(statement, ast.With)
        or called in ACTS | WAYS
        or called.startswith(("to_", "not_to_", "wait_for"))
    )


def _only_names(statement: ast.stmt) -> bool:
    """A docstring, or a place on the page that gets a name: nothing is asked yet."""
    value = getattr(statement, "value", None)
    if isinstance(statement, ast.Expr):
        return isinstance(value, ast.Constant)
    return isinstance(statement, ast.Assign) and _function(value).startswith(("get_by_", "locator"))


def _called(statement: ast.stmt) -> str:
    return _function(statement.value) if isinstance(statement, ast.Expr) else ""


def _function(value: ast.expr | None) -> str:
    function = value.func if isinstance(value, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return "" if getattr(function.value, "attr", "") == "keyboard" else function.attr
    return function.id if isinstance(function, ast.Name) else ""


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name)
def test_nothing_asks_right_after_a_click(file: Path) -> None:
    text = file.read_text("utf-8")
    assert [f"{line}: {text.splitlines()[line - 1].strip()}" for line in overtaken(ast.parse(text))] == []


def test_a_question_after_a_click_is_found() -> None:
    source = """
def test():
    link.click()
    expect(page).to_have_url("x")
    link.click()
    place = page.locator("x")
    assert page.url
    link.click()
    page.keyboard.press("a")
    link.click()
    own(page)
    link.click()
    page.goto("/")

def own(page):
    page.locator("x").count()
"""
    assert list(overtaken(ast.parse(source))) == [7, 9, 11, 13]
