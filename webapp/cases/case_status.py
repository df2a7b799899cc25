"""Where a case stands, in one sentence: what is awaited, whose turn it is, how it ended."""

from __future__ import annotations

from engine.domain.cases import CaseState
from engine.queries.case_file import CaseFile
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.dates import day
from webapp.rendering.words.labels import word
from webapp.rendering.words.menu import role_name


def standing_of(file: CaseFile) -> str:
    case = file.case
    if case.state is CaseState.CLOSED:
        closed = _("Päättynyt %(day)s.", day=day(case.closed_at)) if case.closed_at else _("Päättynyt.")
        return f"{word(case.outcome, 'outcome')}. {closed}" if case.outcome else closed
    waiting = [each for each in file.requests if each.is_open and each.answered_at is None]
    ours = [each for each in file.tasks if not each.is_outside]
    if waiting:
        whom = ", ".join(dict.fromkeys(role_name(each.recipient_role) for each in waiting))
        last = max((each.due_on for each in waiting if each.due_on), default=None)
        if last:
            return _("Odotamme vastausta: %(whom)s. Viimeistään %(day)s.", whom=whom, day=day(last))
        return _("Odotamme vastausta: %(whom)s.", whom=whom)
    if ours:
        first = ours[0]
        return _("Vuorossa: %(task)s (%(role)s).", task=first.name, role=role_name(first.candidate_group))
    return _("Odottaa tapahtumaa tai ajan kulumista. Kenenkään ei tarvitse tehdä nyt mitään.")
