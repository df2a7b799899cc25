"""The kit's runner, on a small kit of our own: it must be able to fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.dmn.tck import main
from tests.engine.dmn.drawn import decision, definitions, literal

CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<modelName>model.dmn</modelName>{}</testCases>"""
CASE = '<testCase id="{}"><inputNode name="x">{}</inputNode><resultNode name="Decision" type="decision"><expected>{}</expected></resultNode></testCase>'
NIL = '<value xsi:nil="true"/>'


def typed(kind: str, text: str) -> str:
    return f'<value xsi:type="xsd:{kind}">{text}</value>'


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    folder = tmp_path / "level" / "0001-own"
    folder.mkdir(parents=True)
    (folder / "model.dmn").write_bytes(definitions(decision(literal("if x = null then null else x"))))
    return folder


def ran(
    kit: Path, capsys: pytest.CaptureFixture[str], *cases: str, options: tuple[str, ...] = ()
) -> list[str]:
    (kit / "test.xml").write_text(CASES.format("".join(cases)))
    main([str(kit.parent.parent), *options])
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    "value",
    [
        typed("string", "a b"), typed("decimal", "1.5"), typed("boolean", "true"), typed("date", "2026-01-01"),
        typed("dateTime", "2026-01-01T10:00:00Z"), typed("time", "10:00:00"), typed("duration", "P1Y"), NIL,
        f"<list><item>{typed('decimal', '1')}</item></list>", f'<component name="a">{NIL}</component>', "<list/>",
    ],
)  # fmt: skip
def test_a_result_as_expected_passes(kit: Path, capsys: pytest.CaptureFixture[str], value: str) -> None:
    assert ran(kit, capsys, CASE.format("1", value, value))[-1] == "1 passed, 0 failed"


def test_a_different_result_fails_and_is_shown(kit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ran(
        kit,
        capsys,
        CASE.format("right", typed("decimal", "1.000000001"), typed("decimal", "1")),
        CASE.format("wrong", typed("decimal", "1"), typed("decimal", "1.1")),
        CASE.format("kind", typed("decimal", "1"), typed("string", "1")),
    )

    assert [line.split()[1] for line in lines[:-1]] == ["wrong", "kind"]
    assert lines[-1] == "1 passed, 2 failed"


def test_rows_can_be_had_as_json(kit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ran(kit, capsys, CASE.format("1", NIL, NIL), options=("--json",))

    assert json.loads(lines[0])["passed"] is True
    assert lines[-1] == "1 passed, 0 failed"


def test_a_model_that_is_missing_fails_its_cases(kit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (kit / "model.dmn").unlink()

    assert ran(kit, capsys, CASE.format("1", NIL, NIL))[-1] == "0 passed, 1 failed"


def test_a_wrong_call_says_how(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "engine.dmn.tck DIR" in capsys.readouterr().err
