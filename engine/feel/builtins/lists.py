"""FEEL's functions on lists. Positions count from one, or from the end if negative. Copying an item costs a step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from ..budget import Run
from ..comparison import SIMPLE, equal, order_of
from ..invocation import invoke
from ..numbers import CONTEXT, ONE, ZERO
from ..operators import add
from ..problems import Unfit
from ..value_types import Function, Value
from .registry import builtin

Items = list[Any]


def _numbers(run: Run, items: Items) -> Items:
    run.spend(len(items))
    if not all(type(item) is Decimal for item in items):
        raise Unfit("wrong_arguments", name="")
    return items


def _index(position: Decimal, length: int, *, beyond: int = 0) -> int:
    index = int(position)
    if index != position or index == 0 or abs(index) > length + (beyond if index > 0 else 0):
        raise Unfit("out_of_range")
    return index - 1 if index > 0 else length + index


def _one(run: Run, items: Items, item: Value) -> bool:
    run.spend(len(items))
    return any(equal(run, other, item) is True for other in items)


@builtin("list contains", "list: list, element")
def list_contains(run: Run, items: Items, element: Value) -> bool:
    return _one(run, items, element)


@builtin("count", "list...: list")
def count(run: Run, items: Items) -> Decimal:
    return Decimal(len(items))


def _extreme(run: Run, items: Items, choose: Callable[..., Value]) -> Value:
    run.spend(len(items))
    if not items:
        return None
    return choose(items, key=order_of(items))


@builtin("min", "list...: list")
def min_(run: Run, items: Items) -> Value:
    return _extreme(run, items, min)


@builtin("max", "list...: list")
def max_(run: Run, items: Items) -> Value:
    return _extreme(run, items, max)


@builtin("sum", "list...: list")
def sum_(run: Run, items: Items) -> Value:
    """Add numbers, or durations of one kind."""
    run.spend(len(items))
    if not items:
        return None
    total = items[0]
    for item in items[1:]:
        total = add(run, total, item)
    if isinstance(total, str) or add(run, total, total) is None:
        raise Unfit("wrong_arguments", name="sum")
    return total


@builtin("mean", "list...: list")
def mean(run: Run, items: Items) -> Decimal | None:
    return CONTEXT.divide(_total(_numbers(run, items)), Decimal(len(items))) if items else None


def _total(items: Items) -> Decimal:
    total = ZERO
    for item in items:
        total = CONTEXT.add(total, item)
    return total


@builtin("product", "list...: list")
def product(run: Run, items: Items) -> Decimal | None:
    result = ONE
    for item in _numbers(run, items):
        result = CONTEXT.multiply(result, item)
    return result if items else None


@builtin("median", "list...: list")
def median(run: Run, items: Items) -> Decimal | None:
    ordered = sorted(_numbers(run, items))
    half, odd = divmod(len(ordered), 2)
    if not ordered:
        return None
    return ordered[half] if odd else CONTEXT.divide(CONTEXT.add(ordered[half - 1], ordered[half]), Decimal(2))


@builtin("stddev", "list...: list")
def stddev(run: Run, items: Items) -> Decimal | None:
    """Return the standard deviation of a sample: the divisor is one less than the count."""
    if len(_numbers(run, items)) < 2:
        return None
    middle = CONTEXT.divide(_total(items), Decimal(len(items)))
    squares = [CONTEXT.power(CONTEXT.subtract(item, middle), Decimal(2)) for item in items]
    return CONTEXT.sqrt(CONTEXT.divide(_total(squares), Decimal(len(items) - 1)))


@builtin("mode", "list...: list")
def mode(run: Run, items: Items) -> Items:
    counts = Counter(_numbers(run, items))
    most = max(counts.values(), default=0)
    return sorted(item for item, times in counts.items() if times == most)


@builtin("all", "list...: list")
def all_(run: Run, items: Items) -> bool | None:
    return _decided(run, items, decisive=False)


@builtin("any", "list...: list")
def any_(run: Run, items: Items) -> bool | None:
    return _decided(run, items, decisive=True)


def _decided(run: Run, items: Items, *, decisive: bool) -> bool | None:
    run.spend(len(items))
    if any(item is decisive for item in items):
        return decisive
    return not decisive if all(item is (not decisive) for item in items) else None


@builtin("sublist", "list: list, start position: number, length?: number")
def sublist(run: Run, items: Items, start: Decimal, length: Decimal | None) -> Items:
    first = _index(start, len(items))
    last = len(items) if length is None else first + int(length)
    if last <= first or last > len(items):
        raise Unfit("out_of_range")
    run.spend(last - first)
    return items[first:last]


@builtin("append", "list: list, item...")
def append(run: Run, items: Items, more: Items) -> Items:
    run.spend(len(items) + len(more))
    return [*items, *more]


@builtin("concatenate", "list...")
def concatenate(run: Run, lists: Items) -> Items:
    joined: Items = []
    for one in lists:
        if one is None:
            raise Unfit("wrong_arguments", name="concatenate")
        part = one if isinstance(one, list) else [one]
        run.spend(1 + len(part))
        joined.extend(part)
    return joined


@builtin("insert before", "list: list, position: number, newItem")
def insert_before(run: Run, items: Items, position: Decimal, item: Value) -> Items:
    index = _index(position, len(items))
    run.spend(len(items))
    return [*items[:index], item, *items[index:]]


@builtin("remove", "list: list, position: number")
def remove(run: Run, items: Items, position: Decimal) -> Items:
    index = _index(position, len(items))
    run.spend(len(items))
    return [*items[:index], *items[index + 1 :]]


@builtin("list replace", "list: list, position: number, newItem")
def list_replace(run: Run, items: Items, position: Decimal, item: Value) -> Items:
    index = _index(position, len(items))
    run.spend(len(items))
    return [*items[:index], item, *items[index + 1 :]]


@builtin("list replace", "list: list, match: function, newItem")
def list_replace_where(run: Run, items: Items, match: Function, item: Value) -> Items:
    """Replace the items for which `match(old item, new item)` is true."""
    if len(match.parameters) != 2:
        raise Unfit("wrong_arguments", name="list replace")
    kept = []
    for old in items:
        answer = invoke(run, match, (old, item))
        if not isinstance(answer, bool):
            raise Unfit("not_boolean", value="")
        kept.append(item if answer else old)
    return kept


@builtin("reverse", "list: list")
def reverse(run: Run, items: Items) -> Items:
    run.spend(len(items))
    return items[::-1]


@builtin("index of", "list: list, match")
def index_of(run: Run, items: Items, match: Value) -> Items:
    run.spend(len(items))
    return [Decimal(at) for at, item in enumerate(items, 1) if equal(run, item, match) is True]


@builtin("union", "list...")
def union(run: Run, lists: Items) -> Items:
    return distinct_values(run, concatenate(run, lists))


class _Seen:
    """Collects values to find repeated ones. Simple ones are looked up by hash, others compared with each."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.simple: set[tuple[type, Value]] = set()
        self.others: Items = []

    def meets(self, item: Value) -> bool:
        """Add the value. Return True if an equal one was added before."""
        self.run.spend(1)
        if type(item) in SIMPLE:
            before = len(self.simple)
            self.simple.add((type(item), item))
            return len(self.simple) == before
        if _one(self.run, self.others, item):
            return True
        self.others.append(item)
        return False


@builtin("distinct values", "list: list")
def distinct_values(run: Run, items: Items) -> Items:
    seen = _Seen(run)
    return [item for item in items if not seen.meets(item)]


@builtin("duplicate values", "list: list")
def duplicate_values(run: Run, items: Items) -> Items:
    seen, returned = _Seen(run), _Seen(run)
    return [item for item in items if seen.meets(item) and not returned.meets(item)]


@builtin("flatten", "list: list")
def flatten(run: Run, items: Items) -> Items:
    flat: Items = []
    waiting = [iter(items)]
    while waiting:
        for item in waiting[-1]:
            run.spend(1)
            if isinstance(item, list):
                waiting.append(iter(item))
                break
            flat.append(item)
        else:
            waiting.pop()
    return flat


@builtin("sort", "list: list, precedes?: function")
def sort(run: Run, items: Items, precedes: Function | None) -> Items:
    run.spend(len(items))
    if precedes is None:
        return sorted(items, key=order_of(items))
    before = precedes

    def compare(left: Value, right: Value) -> int:
        if invoke(run, before, (left, right)) is True:
            return -1
        return 1 if invoke(run, before, (right, left)) is True else 0

    return sorted(items, key=cmp_to_key(compare))
