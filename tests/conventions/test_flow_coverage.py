"""The stories go over every arrow of the shipped diagrams, but for those listed: an arrow in no story is untested."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conventions.tracked import ROOT
from tests.support.flows import FOLDER, TAKEN, FlowKey, missing, read, shipped

STORIES = ROOT / "tests" / "stories"
SIDE_BY_SIDE = "PYTEST_XDIST_WORKER"
"""Set when several processes share the tests; each then goes over only some arrows."""
LOOKS_ELSEWHERE = {"test_redrawn.py", "test_walks.py"}
"""Stories of other diagrams, or with random ways."""
WITHOUT_A_STORY = {
    # The program refuses these answers beside their field before the arrow could be chosen (MustBeAdmitted,
    # ConsentMissing, NoGroundToAskPolice). The arrows keep a version safe whose forms ask otherwise.
    ("assess_and_resolve", "is_lawful__assess"),
    ("decision_correction", "whose_favour__examine_correction"),
    ("information_request", "may_ask_police__cancelled"),
    # `begin_examination` starts with reopened = "returned" and oral_state = "none", and nothing is decided aloud in
    # what was reopened: here the picture is only a copy of the first examination.
    ("examined_again", "is_admitted_aloud_anew__reach_at_once_anew"),
    ("examined_again", "is_admitted_orally_anew__gather_anew"),
    ("examined_again", "reach_at_once_anew__reached_at_once_anew"),
}
"""Arrows that nobody's act can go over. None is added without the reason why."""


def test_each_arrow_without_a_story_is_drawn() -> None:
    assert shipped().flows.keys() >= WITHOUT_A_STORY


@pytest.mark.slow
def test_stories_go_over_every_flow(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if _all_stories_ran(request.session):
        taken = request.config.stash.get(TAKEN, set())
    else:
        taken = _taken_before()
        if not taken and {item.path for item in request.session.items} != {Path(__file__)}:
            pytest.skip(
                "Not every story ran. Alone, this file runs them all: pytest tests/conventions/test_flow_coverage.py"
            )
        taken = taken or _taken_now(tmp_path)
    assert shipped().flows
    assert missing(taken | WITHOUT_A_STORY) == []


def _all_stories_ran(session: pytest.Session) -> bool:
    """Return True when this process ran every file of stories: a missing file would leave its arrows out."""
    if SIDE_BY_SIDE in os.environ:
        return False
    chosen = session.config.option.keyword or "databases" in session.config.option.markexpr
    return not chosen and _files() <= {item.path for item in session.items}


def _files() -> set[Path]:
    return {path for path in STORIES.glob("test_*.py") if path.name not in LOOKS_ELSEWHERE}


def _taken_before() -> set[FlowKey]:
    """Return the flows taken in the run that has just ended; none without such a run or if it left out a story."""
    if FOLDER not in os.environ:
        return set()
    files, taken = read(Path(os.environ[FOLDER]))
    return taken if {path.name for path in _files()} <= files else set()


def _taken_now(folder: Path) -> set[FlowKey]:
    """Run all stories in a separate run when this test runs alone; return the flows taken."""
    files = [str(path) for path in sorted(_files())]
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-k", "not postgresql", "-p", "no:cacheprovider", *files],
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if name != SIDE_BY_SIDE},
            FOLDER: str(folder),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout[-4000:]
    return read(folder)[1]
