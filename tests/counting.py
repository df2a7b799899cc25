"""Count what a reader of the code has to carry: `python -m tests.counting`, or `make count`.

The numbers describe the packages that ship, migrations left out. None of them is a target: they show where to look.
"""

from __future__ import annotations

import ast
import io
import re
import statistics
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("engine", "forms", "processes", "webapp")
RIDDLE = re.compile(r"(What|Who|Where|Whether|Whoever|Whatever)\b")
OPAQUE = re.compile(r"\b(told|said|whoever|whatever comes)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Module:
    path: Path
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @property
    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        return (
            each for each in ast.walk(self.tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
        )

    @property
    def docstrings(self) -> Iterator[str]:
        for each in ast.walk(self.tree):
            for body in (getattr(each, "body", None),):
                if not isinstance(body, list):
                    continue
                yield from (
                    statement.value.value
                    for statement in body
                    if isinstance(statement, ast.Expr)
                    and isinstance(statement.value, ast.Constant)
                    and isinstance(statement.value.value, str)
                )

    @property
    def comments(self) -> Iterator[str]:
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type == tokenize.COMMENT:
                yield token.string

    def foreign_private_attributes(self) -> Iterator[str]:
        """Yield `_name` read from anything but `self` or `cls` where no class of this module has it."""
        own = {
            name for each in ast.walk(self.tree) if isinstance(each, ast.ClassDef) for name in _names_of(each)
        }
        for each in ast.walk(self.tree):
            if (
                isinstance(each, ast.Attribute)
                and each.attr.startswith("_")
                and not each.attr.startswith("__")
                and each.attr not in own
            ):
                yield f"{self.path.relative_to(ROOT)}:{each.lineno} .{each.attr}"


def _names_of(definition: ast.ClassDef) -> Iterator[str]:
    for each in ast.walk(definition):
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            yield each.name
        elif isinstance(each, ast.AnnAssign | ast.Assign):
            for target in each.targets if isinstance(each, ast.Assign) else [each.target]:
                if isinstance(target, ast.Name):
                    yield target.id
                elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                    yield target.attr


def modules() -> list[Module]:
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "node_modules" in path.parts or "versions" in path.parts:
                continue
            text = path.read_text("utf-8")
            if text.strip():
                found.append(Module(path, text, ast.parse(text)))
    return found


def _spread(numbers: list[int]) -> str:
    deciles = statistics.quantiles(numbers, n=10)
    return f"{statistics.median(numbers):.0f} / {deciles[8]:.0f} / {max(numbers)}"


def _suppressions(every: list[Module]) -> str:
    wanted = (r"\bAny\b", r"\bcast\(", r"# noqa", r"# type: ignore")
    return " / ".join(str(sum(len(re.findall(each, module.text)) for module in every)) for each in wanted)


def main(arguments: list[str]) -> int:
    """Print the table; with `--where`, also each private attribute used outside its class's module."""
    every = modules()
    engine = [module for module in every if module.path.is_relative_to(ROOT / "engine")]
    docstrings = [text for module in every for text in module.docstrings]
    prose = "\n".join([*docstrings, *(text for module in every for text in module.comments)])
    broad = Counter(
        name for module in every for name in re.findall(r"except (Exception|BaseException)", module.text)
    )
    private = [place for module in every for place in module.foreign_private_attributes()]
    rows = [
        ("modules", str(len(every))),
        ("module lines p50 / p90 / max", _spread([module.lines for module in every])),
        (
            "function lines p50 / p90 / max",
            _spread(
                [(f.end_lineno or f.lineno) - f.lineno + 1 for module in every for f in module.functions]
            ),
        ),
        ("modules under 40 lines", str(sum(module.lines < 40 for module in every))),
        ("modules named -ing", str(sum(module.path.stem.endswith("ing") for module in every))),
        ("Any / cast / noqa / type: ignore", _suppressions(every)),
        ("except Exception / BaseException", f"{broad['Exception']} / {broad['BaseException']}"),
        ("lines of the engine", str(sum(module.lines for module in engine))),
        ("lines in all", str(sum(module.lines for module in every))),
        ("docstrings", str(len(docstrings))),
        (
            "docstrings opening with What, Who, Where, Whether",
            str(sum(bool(RIDDLE.match(d)) for d in docstrings)),
        ),
        ("told, said, whoever in docstrings and comments", str(len(OPAQUE.findall(prose)))),
        ("private attributes used outside their class's module", str(len(private))),
    ]
    for name, value in rows:
        sys.stdout.write(f"{name:54} {value}\n")
    if "--where" in arguments:
        sys.stdout.write("\n".join(private) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
