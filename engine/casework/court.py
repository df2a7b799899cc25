"""The administrative court competent for an appeal: a decision table by domicile, with the configured court as its default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.bpmn.host_functions import FUNCTIONS
from engine.executor.engine import Work
from engine.instances import CompiledModels

TABLE: Final = "competent_court"


def court_values(work: Work, models: CompiledModels, domicile: str) -> dict[str, str]:
    """Return what a letter says of the court of that domicile (808/2019 10 §); empty values are the settings'.

    A version from before the table has the one configured court.
    """
    if TABLE not in models.bundle.tables:
        return {}
    found = _row(models, domicile.strip())
    authority = work.settings.authority
    court = found.get("court") or authority.court
    if court == authority.court:
        return {"court_name": court}
    return {
        "court_name": court,
        "court_address": found.get("address", ""),
        "court_email": found.get("email", ""),
        "court_phone": found.get("phone", ""),
    }


def _row(models: CompiledModels, domicile: str) -> Mapping[str, str]:
    result: Any = models.table(TABLE).evaluate(TABLE, {"domicile": domicile}, functions=FUNCTIONS).result
    return {name: value for name, value in result.items() if isinstance(value, str)}
