"""Drafts of one version of a form opened in another: what would be lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forms.definition import Field, FormDefinition, Kind
from forms.typed import SKIP, Sent, names_of

_TEXTS = frozenset({Kind.TEXTFIELD, Kind.TEXTAREA})
_ONE_OF = frozenset({Kind.RADIO, Kind.SELECT})


@dataclass(frozen=True, slots=True)
class Loss:
    """Something typed that would have no place."""

    path: str
    label: str
    reason: str
    """``gone`` (no such question), ``other_kind`` (asked in another way) or ``no_such_choice``."""


def losses(old: FormDefinition, new: FormDefinition, draft: Sent) -> tuple[Loss, ...]:
    """The answers in a draft of `old` that have no place in `new`. With none the draft may open there."""
    return tuple(loss for field in old.fields for loss in _losses(field, new.by_key.get(field.key), draft))


def may_lose(old: FormDefinition, new: FormDefinition) -> bool:
    """Tell if some draft of `old` would lose something in `new`, for a caller who may not read drafts."""
    return any(_may_lose(field, new.by_key.get(field.key)) for field in old.fields)


def _may_lose(old: Field, new: Field | None) -> bool:
    if new is None or not _same_kind(old, new):
        return True
    if old.kind is Kind.ROWS:
        columns = {column.key: column for column in new.fields}
        return any(_may_lose(column, columns.get(column.key)) for column in old.fields)
    kept = {option.value for option in new.options}
    return bool({option.value for option in old.options} - kept) or not set(old.skips) <= set(new.skips)


def _losses(old: Field, new: Field | None, draft: Sent) -> Sequence[Loss]:
    typed = [name for name in names_of(old, draft) if any(text.strip() for text in draft.get(name, ()))]
    if not typed:
        return ()
    if new is None:
        return (Loss(old.key, old.label, "gone"),)
    if not _same_kind(old, new):
        return (Loss(old.key, old.label, "other_kind"),)
    if old.kind is Kind.ROWS:
        return _row_losses(old, new, draft, typed)
    return (Loss(old.key, old.label, "no_such_choice"),) if _is_choice_gone(new, typed, draft) else ()


def _is_choice_gone(new: Field, typed: Sequence[str], draft: Sent) -> bool:
    """Tell if something was chosen that can be chosen no more."""
    skips = set(new.skips)
    known = {option.value for option in new.options} | skips
    for name in typed:
        chosen = {text for text in draft[name] if text.strip()}
        if name.endswith(SKIP) and not chosen <= skips:
            return True
        if not name.endswith(SKIP) and new.options and not chosen <= known:
            return True
    return False


def _row_losses(old: Field, new: Field, draft: Sent, typed: Sequence[str]) -> Sequence[Loss]:
    columns = {column.key: column for column in new.fields}
    found = []
    for index in sorted({name.split(".")[1] for name in typed if name.count(".") > 1}, key=int):
        prefix = f"{old.key}.{index}."
        row = {name.removeprefix(prefix): texts for name, texts in draft.items() if name.startswith(prefix)}
        for column in old.fields:
            found += [
                Loss(prefix + loss.path, loss.label, loss.reason)
                for loss in _losses(column, columns.get(column.key), row)
            ]
    return found


def _same_kind(old: Field, new: Field) -> bool:
    kinds = {old.kind, new.kind}
    return (
        len(kinds) == 1
        or kinds <= _TEXTS
        or kinds <= _ONE_OF
        or (old.kind in _ONE_OF and new.kind is Kind.CHECKLIST)
    )
