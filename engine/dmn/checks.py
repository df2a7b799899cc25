"""Check decision tables before anyone uses them; each finding has an example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.feel import UnaryTests, Value
from engine.feel.budget import Run
from engine.feel.comparison import equal
from engine.feel.text import text_of
from engine.feel.types import Kind, kind_of

from .cover import Masks, Search, TooLarge, common, corner
from .evaluation import DecisionModel
from .model import Cell, Decision, Knowledge, Output, Rule, Table
from .regions import Column, Regions, constant, ends, regions

SINGLE_HIT = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY"})
MOST_OVERLAPS = 20
MOST_RULES = 2_000
SENTENCES = {
    "overlap": "Rivit {rule} ja {other} sopivat molemmat, kun {example}, vaikka vain yksi saisi sopia.",
    "disagree": "Rivit {rule} ja {other} sopivat molemmat, kun {example}, mutta antavat eri tulokset.",
    "gap": "Mikään rivi ei sovi, kun {example}.",
    "unreachable": "Rivi {rule} ei voi koskaan sopia: aiemmat rivit vievät kaiken, mitä se koskee, esimerkiksi kun {example}.",
    "never": "Rivi {rule} ei voi koskaan sopia: sarakkeen {column} ehto ei täyty millään sallitulla arvolla.",
    "input_not_allowed": "Rivin {rule} arvo {value} ei ole sarakkeen {column} sallittuja arvoja.",
    "output_not_allowed": "Rivin {rule} tulos {value} ei ole sarakkeen {column} sallittuja arvoja.",
    "input_kind": "Rivin {rule} arvo {value} ei ole sarakkeen {column} tyyppiä {type}.",
    "output_kind": "Rivin {rule} tulos {value} ei ole sarakkeen {column} tyyppiä {type}.",
    "unchecked": "Taulu on liian laaja tarkistettavaksi kokonaan.",
}


@dataclass(frozen=True, slots=True)
class TableFinding:
    """A fault of a table. `rule` and `column` are ids (a column without an id: its heading); `example` has inputs that show it."""

    severity: Literal["error", "warning"]
    key: str
    decision: str
    rule: str | None
    column: str | None
    sentence: str
    example: Mapping[str, Value] = field(default_factory=dict)


def check(model: DecisionModel) -> list[TableFinding]:
    """Return the findings on the tables of the model's own decisions and functions, in the order of the file."""
    own = (one for one in model.definitions.elements.values() if one.key[0] == model.definitions.namespace)
    tables = (one for one in own if isinstance(one, Decision | Knowledge) and one.table)
    return [finding for element in tables for finding in _Table(element).findings()]


@dataclass(frozen=True, slots=True)
class _Table:
    decision: Decision | Knowledge

    @property
    def table(self) -> Table:
        assert self.decision.table is not None  # noqa: S101 - `check` asked
        return self.decision.table

    def findings(self) -> Iterator[TableFinding]:
        yield from self._values()
        if len(self.table.rules) > MOST_RULES:
            yield self._finding("warning", "unchecked")
            return
        try:
            space = regions(self.table)
        except TooLarge:
            yield self._finding("warning", "unchecked")
            return
        yield from self._overlaps(space)
        yield from self._dead(space)
        yield from self._gaps(space)

    def _finding(
        self,
        severity: Literal["error", "warning"],
        key: str,
        rule: str | None = None,
        column: str | None = None,
        example: Mapping[str, Value] | None = None,
        **values: object,
    ) -> TableFinding:
        shown = ", ".join(f"{name} = {_text(value)}" for name, value in (example or {}).items())
        numbers = {one.id: number for number, one in enumerate(self.table.rules, 1)}
        words: dict[str, object] = {
            "rule": numbers.get(rule or ""),
            "column": column,
            "example": shown or "annetaan mitä tahansa",
        }
        words |= values
        if "other" in values:
            words["other"] = numbers[str(values["other"])]
        sentence = SENTENCES[key].format(**words)
        return TableFinding(severity, key, self.decision.id, rule, column, sentence, example or {})

    # --- rules against each other ----------------------------------------------------------------

    def _overlaps(self, space: Regions) -> Iterator[TableFinding]:
        """Find overlaps: two rules of a UNIQUE table that meet; of an ANY table that meet with different outputs."""
        if self.table.hit_policy not in ("UNIQUE", "ANY"):
            return
        key = "overlap" if self.table.hit_policy == "UNIQUE" else "disagree"
        found = 0
        for at, one in enumerate(space.rules):
            for later, other in enumerate(space.rules[at + 1 :], at + 1):
                both = common(one.masks, other.masks)
                if both is None or (key == "disagree" and self._agree(at, later)):
                    continue
                example = space.example(corner(_preferred(both, space)))
                yield self._finding("error", key, other.rule, None, example, other=one.rule)
                found += 1
                if found == MOST_OVERLAPS:
                    return

    def _agree(self, one: int, other: int) -> bool:
        """Return True if two rules surely have the same outputs: equal constants, or the same text."""
        pairs = zip(self.table.rules[one].outputs, self.table.rules[other].outputs, strict=False)
        for left, right in pairs:
            values = constant(left.node), constant(right.node)
            if values[0] is None or values[1] is None:
                if left.text != right.text:
                    return False
            elif equal(Run({}), values[0][0], values[1][0]) is not True:
                return False
        return True

    def _dead(self, space: Regions) -> Iterator[TableFinding]:
        """Find rules that can never fire."""
        for at, one in enumerate(space.rules):
            if not one.exact:
                continue
            empty = [
                column
                for mask, column in zip(one.masks, space.columns, strict=True)
                if not _fits(mask, column)
            ]
            if empty:
                yield self._finding("error", "never", one.rule, empty[0].label, {})
                continue
            rivals = self._rivals(at, space)
            if rivals and self._is_covered(one.masks, rivals):
                example = space.example(corner(_preferred(one.masks, space)))
                yield self._finding("error", "unreachable", one.rule, None, example)

    def _rivals(self, at: int, space: Regions) -> list[Masks]:
        """Return the boxes of the rules that win over this one wherever both match, as far as their masks are exact."""
        if self.table.hit_policy == "FIRST":
            return [other.masks for other in space.rules[:at] if other.exact]
        if self.table.hit_policy != "PRIORITY":
            return []
        ranks = [self._rank(rule) for rule in self.table.rules]
        own = ranks[at]
        if own is None:
            return []
        return [
            other.masks
            for other, rank in zip(space.rules, ranks, strict=True)
            if other.exact and rank is not None and rank < own
        ]

    def _rank(self, rule: Rule) -> tuple[int, ...] | None:
        ranks = []
        for output, cell in zip(self.table.outputs, rule.outputs, strict=False):
            value, listed = constant(cell.node), output.allowed
            if value is None or listed is None:
                return None
            places = (at for at, test in enumerate(listed.tests.tests) if constant(test) == value)
            ranks.append(next(places, len(listed.tests.tests)))
        return tuple(ranks)

    def _is_covered(self, box: Masks, rivals: list[Masks]) -> bool:
        try:
            return Search(box, rivals).uncovered() is None
        except TooLarge:
            return False

    def _gaps(self, space: Regions) -> Iterator[TableFinding]:
        """Find inputs that no rule matches, in tables that must have a rule and have no default."""
        if self.table.hit_policy not in SINGLE_HIT or any(output.default for output in self.table.outputs):
            return
        within = tuple(column.possible for column in space.columns)
        try:
            point = Search(within, [rule.masks for rule in space.rules]).uncovered()
        except TooLarge:
            yield self._finding("warning", "unchecked")
            return
        # A cell that asks other names may take the point after all.
        if point is not None and all(rule.exact for rule in space.rules):
            yield self._finding("warning", "gap", None, None, space.example(point))

    # --- values ----------------------------------------------------------------------------------

    def _values(self) -> Iterator[TableFinding]:
        """Find constants outside their column's allowed values, or of another type."""
        for rule in self.table.rules:
            for column, cell in zip(self.table.inputs, rule.inputs, strict=False):
                for value in _mentioned(cell):
                    key = _misfit(value, column.type, column.allowed)
                    if key:
                        yield self._value("input_" + key, rule, column.label, column.text, value, column.type)
            for output, result in zip(self.table.outputs, rule.outputs, strict=False):
                yield from self._output(rule, output, constant(result.node))

    def _output(self, rule: Rule, output: Output, found: tuple[Value] | None) -> Iterator[TableFinding]:
        key = _misfit(found[0], output.type, output.allowed) if found else None
        if found and key:
            yield self._value(
                "output_" + key, rule, output.label, output.name or output.label, found[0], output.type
            )

    def _value(
        self, key: str, rule: Rule, label: str, text: str, value: Value, type_: object
    ) -> TableFinding:
        name = type_.name if isinstance(type_, Kind) else ""
        return self._finding("error", key, rule.id, label, {text: value}, value=_text(value), type=name)


def _mentioned(cell: Cell) -> Iterator[Value]:
    for test in cell.tests.tests:
        yield from (value for value in ends(test) or () if value is not None)


def _misfit(value: Value, type_: object, allowed: Cell | None) -> str | None:
    if value is None:
        return None
    if isinstance(type_, Kind) and kind_of(value) != type_.name:
        return "kind"
    if allowed is not None and not UnaryTests(allowed.text, allowed.tests).test(value):
        return "not_allowed"
    return None


def _fits(mask: int, column: Column) -> bool:
    null = len(column.points) - 1
    return bool(mask & (column.possible | 1 << null))


def _preferred(box: Masks, space: Regions) -> Masks:
    """Return the box without impossible points, if any others are left."""
    return tuple(mask & column.possible or mask for mask, column in zip(box, space.columns, strict=True))


def _text(value: Value) -> str:
    return (
        f'"{value}"' if isinstance(value, str) else text_of(Run({}), value) if value is not None else "null"
    )
