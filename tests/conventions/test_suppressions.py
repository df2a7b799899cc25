"""A suppression carries its narrowest code and its reason, and an `except Exception` stands in one place."""

from __future__ import annotations

import re

from tests.conventions.tracked import comments, named, shown

NOQA = re.compile(r"#\s*noqa(?P<code>:\s*[A-Z]+[0-9]+(,\s*[A-Z]+[0-9]+)*)?(?P<reason>.*)", re.IGNORECASE)
IGNORE = re.compile(r"#\s*type:\s*ignore(?P<code>\[[\w, -]+\])?(?P<reason>.*)")
NO_COVER = re.compile(r"#\s*pragma:\s*no cover(?P<reason>.*)")
SUPPRESSES = re.compile(r"noqa|type:\s*ignore|pragma:\s*no cover", re.IGNORECASE)
BROAD = re.compile(r"^\s*except(\s+Exception\b|\s*:)", re.MULTILINE)
OUTERMOST = {
    "engine/mailing.py",
    "engine/worker.py",
    "tests/benchmarks/bench_feel.py",
    "tests/support/doomed.py",
}


def test_every_suppression_has_a_code_and_a_reason():
    bare = {
        f"{shown(path)}:{line}"
        for path in named(".py")
        for line, comment in comments(path, SUPPRESSES)
        if _is_bare(comment)
    }

    assert bare == set()


def test_only_the_outermost_loop_catches_everything():
    broad = {shown(path) for path in named(".py") if BROAD.search(path.read_text())}

    assert broad <= OUTERMOST


def _is_bare(comment: str) -> bool:
    for pattern in (NOQA, IGNORE):
        if found := pattern.search(comment):
            return not found["code"] or not re.search(r"\w{3}", found["reason"])
    found = NO_COVER.search(comment)
    return bool(found and not re.search(r"\w{3}", found["reason"]))
