"""FEEL's functions on text. Positions count characters from one, or from the end if negative."""

from __future__ import annotations

from decimal import Decimal

from ..budget import Run
from ..patterns import pattern_of, replacement
from ..problems import Unfit
from ..value_types import Value
from .registry import builtin


@builtin("substring", "string: string, start position: number, length?: number")
def substring(run: Run, string: str, start: Decimal, length: Decimal | None) -> str:
    begin = int(start)
    if begin == 0 or (length is not None and length < 1):
        raise Unfit("out_of_range")
    if abs(begin) > len(string):
        return ""
    first = begin - 1 if begin > 0 else len(string) + begin
    run.spend_text(len(string))
    return string[first:] if length is None else string[first : first + int(length)]


@builtin("string length", "string: string")
def string_length(run: Run, string: str) -> Decimal:
    return Decimal(len(string))


@builtin("upper case", "string: string")
def upper_case(run: Run, string: str) -> str:
    run.spend_text(len(string))
    return string.upper()


@builtin("lower case", "string: string")
def lower_case(run: Run, string: str) -> str:
    run.spend_text(len(string))
    return string.lower()


@builtin("substring before", "string: string, match: string")
def substring_before(run: Run, string: str, match: str) -> str:
    run.spend_text(len(string))
    return string.partition(match)[0] if match and match in string else ""


@builtin("substring after", "string: string, match: string")
def substring_after(run: Run, string: str, match: str) -> str:
    run.spend_text(len(string))
    return string.partition(match)[2] if match else string


@builtin("contains", "string: string, match: string")
def contains(run: Run, string: str, match: str) -> bool:
    run.spend_text(len(string))
    return match in string


@builtin("starts with", "string: string, match: string")
def starts_with(run: Run, string: str, match: str) -> bool:
    return string.startswith(match)


@builtin("ends with", "string: string, match: string")
def ends_with(run: Run, string: str, match: str) -> bool:
    return string.endswith(match)


@builtin("matches", "input: string, pattern: string, flags?: string")
def matches(run: Run, text: str, pattern: str, flags: str | None) -> bool:
    return pattern_of(run, pattern, flags or "").found(run, text)


@builtin("replace", "input: string, pattern: string, replacement: string, flags?: string")
def replace(run: Run, text: str, pattern: str, replaced_by: str, flags: str | None) -> str:
    found = pattern_of(run, pattern, flags or "")
    parts = replacement(replaced_by, found.groups, literal="q" in (flags or ""))
    return found.replaced(run, text, parts)


@builtin("split", "string: string, delimiter: string")
def split(run: Run, string: str, delimiter: str) -> list[str]:
    return pattern_of(run, delimiter, "").parts(run, string)


@builtin("string join", "list: list, delimiter?: string")
def string_join(run: Run, items: list[Value], delimiter: str | None) -> str:
    """Join the texts, without nulls."""
    texts = [item for item in items if item is not None]
    if not all(isinstance(text, str) for text in texts):
        raise Unfit("wrong_arguments", name="string join")
    separator = delimiter or ""
    run.spend(len(texts))
    run.spend_text(sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts)
