"""A deep run that is stopped goes on where it stopped, and counts nothing that was done on other code."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.domain.cases import Outcome
from tests.deep.__main__ import main
from tests.deep.moves import begin_moves, move
from tests.deep.record import Done, Record, code_now
from tests.deep.runs import perform, pytest_with
from tests.deep.walks import begin_walks, walk


def test_a_line_torn_by_a_kill_is_run_again_and_spoils_no_other(tmp_path: Path) -> None:
    record = Record(tmp_path / "deep" / "walks-1.jsonl")
    first, second, third = (Done(seed, [], 0.1, "now") for seed in (1, 2, 3))
    record.add(first)
    record.add(second)
    torn = record.path.read_bytes()[:-9]
    record.path.write_bytes(torn)
    assert record.done_on("now") == {1: first}
    record.add(third)
    assert record.done_on("now") == {1: first, 3: third}


def test_what_was_done_on_other_code_runs_again(tmp_path: Path) -> None:
    record = Record(tmp_path / "walks-1.jsonl")
    record.add(Done(1, [], 0.1, "before"))
    assert record.done_on("now") == {}
    assert code_now() == code_now()


@pytest.mark.slow
def test_a_run_goes_on_with_the_seeds_that_are_left_and_counts_both(tmp_path: Path) -> None:
    arguments = ["walks", "--seed", "7", "--folder", str(tmp_path)]
    begun = CliRunner().invoke(main, [*arguments, "--count", "1"])
    assert begun.output.splitlines()[-1] == "1 passed, 0 failed", begun.output
    Record(tmp_path / "walks-7.jsonl").add(Done(8, ["a fault"], 0.1, code_now()))
    gone_on = CliRunner().invoke(main, [*arguments, "--count", "3"])
    assert gone_on.exit_code == 1
    lines = gone_on.output.splitlines()
    assert lines[0].startswith("2 of 3 are done already")
    assert [line.split("  ")[:3] for line in lines[1:2]] == [["3/3", "seed 9", "ok"]]
    assert lines[-2].startswith("Failed: 8;")
    assert lines[-1] == "2 passed, 1 failed"


def test_a_whole_run_over_the_years_has_met_each_outcome(tmp_path: Path) -> None:
    record, code = Record(tmp_path / "retention-1.jsonl"), code_now()
    outcomes = sorted(Outcome)
    for seed in range(1, 501):
        record.add(Done(seed, [], 0.1, code, f"case: {outcomes[seed % (len(outcomes) - 1)]}"))
    arguments = ["retention", "--folder", str(tmp_path)]
    part = CliRunner().invoke(main, [*arguments, "--count", "499"])
    whole = CliRunner().invoke(main, arguments)
    assert [(each.exit_code, f"Never came: {outcomes[-1]}." in each.output) for each in (part, whole)] == [
        (0, True),
        (1, True),
    ]


def test_what_an_item_fails_with_is_its_problem() -> None:
    (problem,) = pytest_with({}, "tests/deep/nothing_there.py")(1, "")
    assert "nothing_there" in problem
    assert perform("walks", 1, "no such place", "now").problems[0].startswith("Traceback")


@pytest.mark.slow
def test_a_case_of_the_version_before_goes_on_where_nothing_has_changed() -> None:
    with begin_moves("sqlite") as before:
        assert len(before) == len("16c7a5dd") * 5
    problems, found = move(3, "HEAD")
    assert problems == []
    assert found == "3: moves"


@pytest.mark.slow
def test_a_walk_begins_on_a_server_that_another_process_began() -> None:
    """The place is a text, since the process that walks has not begun the server."""
    with begin_walks("postgresql") as place:
        assert walk(6, place) == []
