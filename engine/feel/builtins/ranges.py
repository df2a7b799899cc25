"""Allen's relations between points and ranges (DMN 1.5, 10.3.4.7)."""

from __future__ import annotations

from collections.abc import Callable

from ..budget import Run
from ..comparison import compared, equal, included
from ..problems import Unfit
from ..value_types import Range, Value
from .registry import builtin

POINT = "number | string | date | time | date and time | days and time duration | years and months duration"
Relation = Callable[[Run, Range, Range], bool]


def _as_range(value: Value) -> Range:
    """Return a range as it is, a point as the range that holds only this point."""
    if type(value) is Range:
        if value.low is None or value.high is None:
            raise Unfit("bad_range")
        return value
    return Range(start_included=True, low=value, high=value, end_included=True)


def _less(left: Value, right: Value) -> bool:
    return compared("<", left, right)


def _same(run: Run, left: Value, right: Value) -> bool:
    same = equal(run, left, right)
    if same is None:
        raise Unfit("not_comparable", left="", right="")
    return same


def _before(run: Run, one: Range, other: Range) -> bool:
    touching = one.end_included and other.start_included
    return _less(one.high, other.low) or (not touching and _same(run, one.high, other.low))


def _meets(run: Run, one: Range, other: Range) -> bool:
    return one.end_included and other.start_included and _same(run, one.high, other.low)


def _starts_no_earlier(run: Run, one: Range, other: Range) -> bool:
    """Return True if `one` does not start before `other`."""
    same = _same(run, one.low, other.low)
    return _less(other.low, one.low) or (same and (other.start_included or not one.start_included))


def _ends_no_later(run: Run, one: Range, other: Range) -> bool:
    same = _same(run, one.high, other.high)
    return _less(one.high, other.high) or (same and (other.end_included or not one.end_included))


def _during(run: Run, one: Range, other: Range) -> bool:
    return _starts_no_earlier(run, one, other) and _ends_no_later(run, one, other)


def _same_start(run: Run, one: Range, other: Range) -> bool:
    return _same(run, one.low, other.low) and one.start_included == other.start_included


def _same_end(run: Run, one: Range, other: Range) -> bool:
    return _same(run, one.high, other.high) and one.end_included == other.end_included


def _overlaps(run: Run, one: Range, other: Range) -> bool:
    return not _before(run, one, other) and not _before(run, other, one)


def _overlaps_before(run: Run, one: Range, other: Range) -> bool:
    return (
        _overlaps(run, one, other)
        and _starts_no_earlier(run, other, one)
        and not _same_start(run, one, other)
        and _ends_no_later(run, one, other)
    )


def _coincides(run: Run, one: Range, other: Range) -> bool:
    return _same_start(run, one, other) and _same_end(run, one, other)


def _starts(run: Run, one: Range, other: Range) -> bool:
    return _same_start(run, one, other) and _ends_no_later(run, one, other)


def _finishes(run: Run, one: Range, other: Range) -> bool:
    return _same_end(run, one, other) and _starts_no_earlier(run, one, other)


def _point_starts(run: Run, point: Value, span: Range) -> bool | None:
    return span.start_included and _same(run, point, span.low)


def _point_finishes(run: Run, point: Value, span: Range) -> bool:
    return span.end_included and _same(run, point, span.high)


def _within(run: Run, point: Value, span: Range) -> bool | None:
    return included(run, point, span)


def _declare(
    name: str,
    first: str,
    second: str,
    relation: Callable[..., bool | None],
    *,
    spans: bool,
    turned: bool = False,
) -> None:
    @builtin(name, f"{first}, {second}")
    def related(run: Run, left: Value, right: Value) -> bool | None:
        one, other = (right, left) if turned else (left, right)
        if not spans:
            return relation(run, one, _as_range(other))
        return relation(run, _as_range(one), _as_range(other))


for _name, _turned in (("before", False), ("after", True)):
    for _first, _second in (
        (f"point1: {POINT}", f"point2: {POINT}"),
        (f"point: {POINT}", "range: range"),
        ("range: range", f"point: {POINT}"),
        ("range1: range", "range2: range"),
    ):
        _declare(_name, _first, _second, _before, spans=True, turned=_turned)
for _name, _relation, _turned in (
    ("meets", _meets, False),
    ("met by", _meets, True),
    ("overlaps", _overlaps, False),
    ("overlaps before", _overlaps_before, False),
    ("overlaps after", _overlaps_before, True),
    ("finishes", _finishes, False),
    ("finished by", _finishes, True),
    ("includes", _during, True),
    ("during", _during, False),
    ("starts", _starts, False),
    ("started by", _starts, True),
    ("coincides", _coincides, False),
):
    _declare(_name, "range1: range", "range2: range", _relation, spans=True, turned=_turned)
for _name, _of_point, _turned in (
    ("finishes", _point_finishes, False),
    ("finished by", _point_finishes, True),
    ("includes", _within, True),
    ("during", _within, False),
    ("starts", _point_starts, False),
    ("started by", _point_starts, True),
):
    _parts = ("range: range", f"point: {POINT}") if _turned else (f"point: {POINT}", "range: range")
    _declare(_name, *_parts, _of_point, spans=False, turned=_turned)
_declare("coincides", f"point1: {POINT}", f"point2: {POINT}", _coincides, spans=True)
