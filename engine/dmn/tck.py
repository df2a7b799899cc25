"""Runs cases of the DMN Technology Compatibility Kit: `python -m engine.dmn.tck DIR [--json]`.

A case is a folder with test files and the models they name; every other model in the folder may be imported."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from engine.errors import Refusal
from engine.feel import Value
from engine.feel.budget import Run
from engine.feel.comparison import equal
from engine.feel.numbers import number
from engine.feel.temporal import read_date, read_date_and_time, read_duration, read_time
from engine.feel.values import settled
from engine.xml import parse as parse_xml

from .evaluation import DecisionModel, parse_tables
from .reading import namespace_of

_NAMESPACE = "{http://www.omg.org/spec/DMN/20160719/testcase}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_DIGITS = Decimal("1e-8")
"""How near numbers must be: the kit's own figures are rounded."""
Xml = etree._Element


@dataclass(frozen=True, slots=True)
class Row:
    """The outcome of one expected result of a case."""

    file: str
    case: str
    result: str
    passed: bool
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Case:
    file: Path
    id: str
    model: DecisionModel | Refusal
    element: Xml


def cases(directory: Path) -> Iterator[Case]:
    """Yield every case below a directory, with its model read, or the problem if it was refused."""
    for file in sorted(directory.rglob("*.xml")):
        root = parse_xml(file.read_bytes())
        if root.tag != f"{_NAMESPACE}testCases":
            continue
        model = _model(file, (root.findtext(f"{_NAMESPACE}modelName") or "").strip())
        for element in root.findall(f"{_NAMESPACE}testCase"):
            yield Case(file, element.get("id") or "", model, element)


def _model(file: Path, name: str) -> DecisionModel | Refusal:
    path = file.parent / name
    try:
        others = [one.read_bytes() for one in sorted(file.parent.glob("*.dmn")) if one != path]
        main = path.read_bytes()
        own = namespace_of(main)
        return parse_tables(main, tuple(data for data in others if namespace_of(data) != own), lenient=True)
    except OSError:
        return Refusal(f"{name} puuttuu")
    except Refusal as refused:
        return refused


def rows(case: Case) -> Iterator[Row]:
    """Evaluate a case. Yield an outcome for each result that it expects."""
    inputs = {node.get("name"): _value(node) for node in case.element.findall(f"{_NAMESPACE}inputNode")}
    invocable = case.element.get("invocableName")
    for node in case.element.findall(f"{_NAMESPACE}resultNode"):
        name = node.get("name") or ""
        expected_node = node.find(f"{_NAMESPACE}expected")
        expected = None if expected_node is None else _value(expected_node)
        found = _found(case.model, invocable or name, inputs)
        if invocable and isinstance(found, dict) and name in found:
            found = found[name]
        passed = not isinstance(found, Refusal) and same(found, expected)
        yield Row(
            f"{case.file.parent.name}/{case.file.name}", case.id, name, passed, repr(expected), repr(found)
        )


def _found(model: DecisionModel | Refusal, name: str, inputs: dict[Any, Value]) -> Value | Refusal:
    if isinstance(model, Refusal):
        return model
    try:
        return model.evaluate(name, inputs).result
    except Refusal as refused:
        return refused


def same(found: Value, expected: Value) -> bool:
    """Return True if the values are equal; numbers are compared to the digits that the kit gives."""
    if isinstance(found, Decimal) and isinstance(expected, Decimal):
        return abs(found - expected) <= max(_DIGITS, abs(expected) * _DIGITS)
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(same(found[key], expected[key]) for key in found)
    return equal(Run({}), found, expected) is True


# --- values as the kit writes them -------------------------------------------------------------------


def _boolean(text: str) -> bool:
    return text.strip() in ("true", "1")


_READERS: dict[str, Callable[[str], Value]] = {
    "string": str,
    "boolean": _boolean,
    "date": lambda text: read_date(text.strip()),
    "time": lambda text: read_time(text.strip()),
    "dateTime": lambda text: read_date_and_time(text.strip()),
    "duration": lambda text: read_duration(text.strip()),
    "dayTimeDuration": lambda text: read_duration(text.strip()),
    "yearMonthDuration": lambda text: read_duration(text.strip()),
}
_NUMBERS = frozenset({"decimal", "double", "float", "integer", "int", "long"})


def _value(element: Xml) -> Value:
    """Return the content of a node: a value, a list of items or a context of components."""
    if element.get(f"{_XSI}nil") == "true":
        return None
    components = element.findall(f"{_NAMESPACE}component")
    if components:
        return {one.get("name"): _value(one) for one in components}
    for child in element:
        if child.tag == f"{_NAMESPACE}list":
            return [_value(item) for item in child.findall(f"{_NAMESPACE}item")]
        if child.tag == f"{_NAMESPACE}value":
            return _simple(child)
    return None


def _simple(element: Xml) -> Value:
    if element.get(f"{_XSI}nil") == "true":
        return None
    text = "".join(str(part) for part in element.itertext())
    kind = (element.get(f"{_XSI}type") or "string").rpartition(":")[2]
    return number(text.strip()) if kind in _NUMBERS else settled(_READERS.get(kind, str)(text))


# --- the command ---------------------------------------------------------------------------------


def run(directory: Path) -> Iterator[Row]:
    """Yield one row for each case: the first result that fails, else the last."""
    for case in cases(directory):
        found = list(rows(case)) or [Row(case.file.name, case.id, "", passed=False, expected="", found="")]
        yield next((row for row in found if not row.passed), found[-1])


def main(arguments: Iterable[str]) -> int:
    """Print what failed (with --json: one row for each case), then the count. Return the exit code."""
    options = [argument for argument in arguments if argument.startswith("--")]
    paths = [argument for argument in arguments if not argument.startswith("--")]
    if len(paths) != 1 or set(options) - {"--json"}:
        sys.stderr.write("python -m engine.dmn.tck DIR [--json]\n")
        return 2
    started = time.monotonic()
    found = []
    for row in run(Path(paths[0])):
        found.append(row)
        if options:
            sys.stdout.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
        elif not row.passed:
            sys.stdout.write(f"{row.file} {row.case} {row.result}: {row.expected} / {row.found}\n")
    failed = sum(not row.passed for row in found)
    sys.stderr.write(f"{time.monotonic() - started:.1f} s\n")
    sys.stdout.write(f"{len(found) - failed} passed, {failed} failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
