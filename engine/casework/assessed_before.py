"""The assessment behind a decision, as its letter says it: why nobody was heard, the ground and the terms of a removal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.casework.clienthood import clienthood_of
from engine.casework.decision_corrections import AS_OF
from engine.domain.cases import Case
from engine.executor.engine import Work
from engine.feel.values import from_json
from engine.storage.resolutions import Resolution
from engine.texts import day, text

UNHEARD = {
    "groundless": "vaatimus hylätään heti perusteettomana",
    "harm": "viivytys olisi aiheuttanut huomattavaa haittaa terveydelle tai turvallisuudelle",
    "needless": "kuuleminen oli muusta syystä ilmeisen tarpeetonta",
    "accepted_wish": "asianosaisen oma vaatimus hyväksytään, eikä se koske muita",
}
"""Exceptions from hearing (434/2003 34 § 2 mom.), as the letter says them."""


def assessed(work: Work, case: Case, form_key: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answers of the newest form of this kind; of a corrected copy those of before the decision was prepared."""
    as_of = content.get(AS_OF)
    if not isinstance(as_of, str):
        assessed = work.stores.submissions.latest(case.id, form_key)
    else:
        until = datetime.fromisoformat(as_of)
        earlier = work.stores.submissions.of_case(case.id, form_key)
        assessed = next((each for each in reversed(earlier) if each.sent_at <= until), None)
    answers: Mapping[str, Any] = from_json(assessed.answers) if assessed else {}
    return answers


def removal_terms(work: Work, case: Case, decision: Resolution) -> dict[str, str]:
    """Return the ground of a signed removal, and when it takes effect, as they were assessed before it was prepared."""
    as_of = decision.content.get(AS_OF) or decision.prepared_at.isoformat()
    answers = assessed(work, case, "removal_assessment", {AS_OF: as_of})
    return {name: str(answers[name]) for name in ("removal_ground", "takes_effect") if answers.get(name)}


def unheard(answers: Mapping[str, Any], outcome: str, language: str) -> dict[str, str]:
    """Return why the party was not heard; nothing in a decision that no hearing has to precede."""
    because = UNHEARD.get(str(answers.get("hearing_exception")))
    reasons = answers.get("hearing_unnecessary_reasons")
    is_other = outcome in ("lapsed", "transferred", "not_examined")
    if is_other or answers.get("hearing") != "unnecessary" or because is None or not isinstance(reasons, str):
        return {}
    return {"unheard_because": text(language, because), "unheard_reasons": reasons}


def removal_values(answers: Mapping[str, Any], work: Work, case: Case, language: str) -> dict[str, str]:
    """Return what the assessment says of the removal: its ground, when it takes effect, until when help goes on."""
    clienthood = clienthood_of(work, case)
    return {
        "removal_ground": str(answers.get("removal_ground") or ""),
        "takes_effect": str(answers.get("takes_effect") or ""),
        "client_since": day(language, clienthood.since) if clienthood else "",
    }
