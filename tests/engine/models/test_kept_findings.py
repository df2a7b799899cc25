"""Findings that are kept between two checks of a draft: right, few, and without the files they are about."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Mapping

import pytest

from engine.bpmn import Finding
from engine.models.form_gate import form_findings
from engine.models.gate import unreadable
from engine.models.name_gate import name_findings
from forms.kept_by_content import kept_by_content
from tests.engine.bpmn.drawn import MODELS

DIAGRAM = next(iter(sorted(MODELS.glob("*.bpmn"))))


def test_a_result_is_found_again_for_the_same_content_alone() -> None:
    asked: list[tuple[object, ...]] = []

    @kept_by_content(10)
    def check(path: str, data: bytes, parts: tuple[tuple[str, bytes], ...] = ()) -> int:
        asked.append((path, data, parts))
        return len(asked)

    assert check("a", b"b") == check("a", b"b") == 1
    different = [
        ("ab", b""),
        ("", b"ab"),
        ("a", b"b", (("c", b"d"),)),
        ("a", b"b", (("cd", b""),)),
        ("a", b"b", (("c", b"d"), ("c", b"d"))),
        ("a\ud800", b"b"),
    ]
    assert [check(*each) for each in different] == list(range(2, 8))


def test_the_one_not_asked_for_the_longest_goes_first() -> None:
    asked: list[bytes] = []

    @kept_by_content(2)
    def check(data: bytes) -> None:
        asked.append(data)

    for each in (b"a", b"b", b"a", b"c", b"a", b"b"):
        check(each)
    assert asked == [b"a", b"b", b"c", b"b"]


@pytest.mark.parametrize(
    ("path", "check"),
    [
        ("x/a.json", unreadable),
        ("x/a.dmn", unreadable),
        ("forms/a.form", form_findings),
        ("x/a.bpmn", name_findings),
    ],
)
def test_no_file_is_held_once_it_has_been_checked(
    path: str, check: Callable[[Mapping[str, bytes]], Iterator[Finding]]
) -> None:
    content = (
        DIAGRAM.read_bytes() if path.endswith(".bpmn") else b'{"a": "' + bytes(100_000).hex().encode() + b'"}'
    )
    before = sys.getrefcount(content)

    # All that is made meanwhile stays among the youngest objects: only these are looked through.
    gc.disable()
    try:
        for _ in check({path: content}):
            pass
        # The frames of a refusal end with their cycles.
        gc.collect(0)
    finally:
        gc.enable()

    assert sys.getrefcount(content) == before
