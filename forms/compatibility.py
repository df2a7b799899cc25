"""Compatibility of two versions of a form: whether a draft of one could lose something in the other."""

from __future__ import annotations

from forms.definition import Field, FormDefinition, Kind

_TEXTS = frozenset({Kind.TEXTFIELD, Kind.TEXTAREA})
_ONE_OF = frozenset({Kind.RADIO, Kind.SELECT})


def may_lose(old: FormDefinition, new: FormDefinition) -> bool:
    """Return True if some draft of `old` would lose an answer in `new`. Compares the forms; reads no draft."""
    return any(_may_lose(field, new.by_key.get(field.key)) for field in old.fields)


def _may_lose(old: Field, new: Field | None) -> bool:
    if new is None or not _same_kind(old, new):
        return True
    if old.kind is Kind.ROWS:
        columns = {column.key: column for column in new.fields}
        return any(_may_lose(column, columns.get(column.key)) for column in old.fields)
    kept = {option.value for option in new.options}
    return bool({option.value for option in old.options} - kept) or not set(old.skips) <= set(new.skips)


def _same_kind(old: Field, new: Field) -> bool:
    kinds = {old.kind, new.kind}
    return (
        len(kinds) == 1
        or kinds <= _TEXTS
        or kinds <= _ONE_OF
        or (old.kind in _ONE_OF and new.kind is Kind.CHECKLIST)
    )
