"""Every question, its purpose and its retention, from the forms and the retention table in use."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn import DecisionModel
from engine.errors import NotFound
from engine.executor import Query, Work
from forms.definition import CLASSES, FormDefinition

OUTCOMES: tuple[tuple[str, str | None], ...] = (
    ("admitted_35_1", None),
    ("not_admitted", None),
    ("lapsed", "withdrawn"),
    ("lapsed", "no_consent"),
)
"""Endings shown with their retention: outcome, and reason of a lapse."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Retention of one class of data after one ending of a case."""

    outcome: str
    lapse_reason: str | None
    period: str
    """ISO 8601, as the table says it; empty when the table names none."""
    count_from: str
    basis: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    forms: tuple[FormDefinition, ...]
    kept: dict[str, tuple[Kept, ...]]
    """By class of data, for each ending; a class without rows is one that the table says nothing of."""


@dataclass(frozen=True)
class FieldCatalogue(Query[Catalogue]):
    """Return every question of these public forms, with retention, in the version that new cases use."""

    shows_cases = False

    form_keys: tuple[str, ...]
    language: str = "fi"

    def permit(self, work: Work) -> None:
        """Permit anyone: the privacy page is public."""

    def execute(self, work: Work) -> Catalogue:
        models = work.instances.models(work.stores.deployments.current().id)
        known = [key for key in self.form_keys if key in models.bundle.forms]
        forms = tuple(models.form_in(key, self.language) for key in known)
        if not all(form.is_public for form in forms):
            raise NotFound
        table = models.bundle.tables.get("retention")
        kept = {name: _kept(table, name) if table else () for name in CLASSES}
        return Catalogue(forms, kept)


def _kept(table: DecisionModel, name: str) -> tuple[Kept, ...]:
    found = []
    for outcome, reason in OUTCOMES:
        rows = table.evaluate("retention", {"outcome": outcome, "lapse_reason": reason}).result
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and row.get("data_class") == name:
                rule = {part: str(row.get(part) or "") for part in ("keep", "count_from", "basis")}
                found.append(Kept(outcome, reason, rule["keep"], rule["count_from"], rule["basis"]))
    return tuple(found)
