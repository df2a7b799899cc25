"""Letters to the police that put right what they were notified wrong: a birth date, a decision on the reflection period."""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.casework.birth_dates import BORN_ON, changed_birth, police_notices
from engine.casework.police_notices import REFLECTION_NOTICE as REFLECTION_PAPER
from engine.casework.police_notices import is_notified, values_of
from engine.casework.resolution_letter import born_on
from engine.domain.cases import Case
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.papers import write_paper
from engine.operations.posting import begin_posting
from engine.storage.parties import Party
from engine.storage.resolutions import Resolution
from engine.texts import day

PAPER: Final = "notice_corrected"
POLICE: Final = "police"


def correct_notices(work: Work, case: Case, before: Party, after: Party) -> bool:
    """Write to the police who have the wrong birth date, and open the task of sending it. It says nothing that they do not
    have, but for the right date. Return False where nobody has it."""
    sent = police_notices(work, case)
    if not sent or not changed_birth(before, after):
        return False
    models = work.instances.models(case.deployment_id)
    language = case.language if case.language in ("fi", "sv") else "fi"
    values = {
        "notified_on": "\n".join(dict.fromkeys(day(language, left) for _kind, left in sent)),
        "born_on_before": day(language, date.fromisoformat(str(before.identity[BORN_ON]))),
        "person_born_on": day(language, date.fromisoformat(str(after.identity[BORN_ON]))),
    }
    paper = write_paper(work, case, models, PAPER, values, language=language)
    begin_posting(work, case, models, PAPER.removeprefix("notice_"), paper, POLICE)
    return paper is not None


def correct_reflection_notice(work: Work, case: Case, models: CompiledModels, decision: Resolution) -> bool:
    """Write the notice of a decision on the reflection period anew, from its corrected copy or from the decision made in its
    place (301/2004 52 c §). Once the first has left, open the task of sending it: it says that it takes the place of the
    notice before."""
    language = case.language if case.language in ("fi", "sv") else "fi"
    person = work.stores.parties.applicant_of(case.id)
    values = {**values_of(work, case, decision, language), "person_born_on": born_on(person, language)}
    paper = write_paper(work, case, models, REFLECTION_PAPER, values, language=language)
    if is_notified(work, case, decision):
        begin_posting(
            work, case, models, REFLECTION_PAPER.removeprefix("notice_"), paper, POLICE, decision.number
        )
    # Otherwise the notice before waits in its own task, which offers this one instead.
    return paper is not None
