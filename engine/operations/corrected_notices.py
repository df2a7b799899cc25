"""A letter to the police that puts a birth date right of which they were notified wrong."""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.casework.birth_dates import BORN_ON, changed_birth, police_notices
from engine.clock import day_of
from engine.domain.cases import Case
from engine.executor import Work
from engine.operations.papers import write_paper
from engine.operations.posting import begin_posting
from engine.storage.parties import Party
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
        "notified_on": "\n".join(dict.fromkeys(day(language, day_of(at)) for _kind, at in sent)),
        "born_on_before": day(language, date.fromisoformat(str(before.identity[BORN_ON]))),
        "person_born_on": day(language, date.fromisoformat(str(after.identity[BORN_ON]))),
    }
    paper = write_paper(work, case, models, PAPER, values, language=language)
    begin_posting(work, case, models, PAPER.removeprefix("notice_"), paper, POLICE)
    return paper is not None
