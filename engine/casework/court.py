"""The administrative court competent for an appeal: a decision table by domicile, with the configured court as its default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.bpmn.host_functions import FUNCTIONS
from engine.casework.municipality import is_without_municipality
from engine.domain.cases import Case
from engine.errors import Invalid
from engine.executor.engine import Work
from engine.instances import CompiledModels
from engine.texts import text

TABLE: Final = "competent_court"
_CONTACT: Final = ("address", "email", "phone")


class CourtUnreachable(Invalid):
    sentence = (
        "Valitusosoitukseen kuuluu {court}, mutta sen osoite, sähköposti tai puhelinnumero puuttuu. Prosessin omistaja lisää "
        "ne taulukkoon ”Toimivaltainen hallinto-oikeus”."
    )


@dataclass(frozen=True, slots=True)
class ProposedCourt:
    """The court that stands in the appeal instructions, with the words of the row that chose it."""

    name: str
    why: str
    is_confirmed: bool
    """False where an official has to check it: no row names the court of the domicile, so that of the settings stands, or no
    domicile is recorded of somebody who may have one."""


def proposed_court(work: Work, case: Case, models: CompiledModels, domicile: str) -> ProposedCourt | None:
    """Return the court of a domicile as its reader must judge it (808/2019 10 §); None in a version from before the table."""
    if TABLE not in models.bundle.tables:
        return None
    found = _row(models, domicile.strip())
    court = found.get("court", "")
    is_assumed = not domicile.strip() and not is_without_municipality(work, case)
    why = "" if is_assumed else found.get("why", "")
    return ProposedCourt(
        court or work.settings.authority.court, why, is_confirmed=bool(court) and not is_assumed
    )


def court_values(work: Work, models: CompiledModels, domicile: str, language: str) -> dict[str, str]:
    """Return the values of a letter in the language that name the court of a domicile (808/2019 10 §).

    Nothing for the court of the settings, which `authority_values` names, and in a version from before the table.
    A row may hold the court's name in Swedish and English as `court_sv` and `court_en`.
    """
    if TABLE not in models.bundle.tables:
        return {}
    found = _row(models, domicile.strip())
    court = found.get("court")
    if not court or court == work.settings.authority.court:
        return {}
    return {
        "court_name": found.get(f"court_{language}") or court,
        "court_address": found.get("address", ""),
        "court_email": found.get("email", ""),
        "court_phone": found.get("phone", ""),
    }


def require_reachable(work: Work, models: CompiledModels, domicile: str, *, field: str | None = None) -> None:
    """Raise CourtUnreachable where appeal instructions would name a court without saying where it is."""
    if TABLE not in models.bundle.tables:
        return
    found = _row(models, domicile.strip())
    court = found.get("court", "")
    if court in ("", work.settings.authority.court) or all(found.get(name) for name in _CONTACT):
        return
    raise CourtUnreachable(text("fi", CourtUnreachable.sentence, court=court), field=field, court=court)


def _row(models: CompiledModels, domicile: str) -> Mapping[str, str]:
    result: Any = models.table(TABLE).evaluate(TABLE, {"domicile": domicile}, functions=FUNCTIONS).result
    return {name: value for name, value in result.items() if isinstance(value, str)}
