"""FEEL and DMN at a terminal."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from engine.cli.expressions import dmn, feel
from tests.engine.dmn.drawn import column, decision, definitions, result, table


def run(command: object, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)  # type: ignore[arg-type] # a group is a command


def context(path: Path, text: str) -> str:
    file = path / "context.json"
    file.write_text(text)
    return str(file)


def model(path: Path, *rules: tuple[str, ...]) -> str:
    file = path / "table.dmn"
    file.write_bytes(definitions(decision(table([column("x", kind="number")], [result("r")], list(rules)))))
    return str(file)


def test_an_expression_is_computed_with_a_context(tmp_path: Path) -> None:
    file = context(tmp_path, '{"amount": 0.1, "due": {"$": "date", "v": "2026-03-01"}}')

    assert run(feel, "amount + 0.2", "--context", file).output == "0.3\n"
    assert run(feel, 'string(due + duration("P1D"))', "--context", file).output == '"2026-03-02"\n'


def test_an_expression_may_begin_with_a_minus(tmp_path: Path) -> None:
    assert run(feel, "-amount + 2 ** 3", "--context", context(tmp_path, '{"amount": 1}')).output == "7\n"
    assert run(feel, "1", "--contxt", "x").exit_code == 2


def test_a_cell_is_tried_on_a_value() -> None:
    assert run(feel, "[1..5]", "--unary", "5").output == "true\n"
    assert run(feel, "[1..5]", "--unary", "6").output == "false\n"


def test_a_mistake_is_pointed_at() -> None:
    answer = run(feel, "a ==\n b")

    assert answer.exit_code == 1
    assert (
        answer.output
        == "Error: 1:3 Tässä ei voi olla ==. Vertailussa on yksi yhtäsuuruusmerkki: =\n  a ==\n    ^\n"
    )


def test_a_null_says_why(tmp_path: Path) -> None:
    answer = run(feel, "amuont", "--context", context(tmp_path, '{"amount": 1}'))

    assert answer.exit_code == 1
    assert "Tarkoititko amount?" in answer.output


def test_a_broken_context_is_explained(tmp_path: Path) -> None:
    assert run(feel, "1", "--context", context(tmp_path, "{")).exit_code == 1
    assert run(feel, "1", "--context", context(tmp_path, "[1]")).exit_code == 1


def test_a_table_is_checked(tmp_path: Path) -> None:
    assert run(dmn, "check", model(tmp_path, ("-", "1"))).output == "Ei huomautettavaa.\n"
    answer = run(dmn, "check", model(tmp_path, ("< 5", "1"), ("< 6", "2")))
    assert answer.exit_code == 1
    assert "error: d: Rivit 2 ja 1 sopivat molemmat" in answer.output
    assert run(dmn, "check", model(tmp_path, ("< ", "1"))).exit_code == 1


def test_a_table_is_evaluated(tmp_path: Path) -> None:
    file, scope = model(tmp_path, ("> 5", '"x"')), context(tmp_path, '{"x": 6}')

    answer = run(dmn, "evaluate", file, "--context", scope)
    assert (answer.exit_code, answer.output) == (0, '"x"\nrivit: r1\n')
    assert run(dmn, "evaluate", file, "--decision", "other").exit_code == 1
