"""Kinds of deadlines in words: the rule of each with its source, and whom a deadline of the ledger concerns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from engine.casework.contact_channels import named_after
from engine.clock import day_of
from engine.domain.deadline_kinds import APPEAL_PERIOD, KINDS
from engine.domain.deadlines import Deadline
from engine.queries.case_file import CaseFile
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.request_names import request_of


def rule_of_deadline(name: str) -> str:
    """Return the rule of a kind, its section, and if its days are verified; empty for a kind that is not known."""
    kind = KINDS.get(name)
    if kind is None:
        return ""
    source = f"({kind.source})." if kind.source else _("Laissa ei ole tälle aikaa.")
    settled = "" if kind.days_are_law else _("Päivät ovat omia lukujamme, joita ei ole vahvistettu.")
    rule = _(kind.rule)
    words = f"{rule.rstrip('.')} {source}" if kind.source else f"{rule} {source}"
    return f"{words} {settled}".strip()


def whose_deadlines(file: CaseFile) -> Mapping[UUID, str]:
    """Return whom a deadline concerns: the request's recipient and number or the recipient's name, by the deadline's id."""
    found: dict[UUID, str] = {}
    for each in file.deadlines:
        if each.business_key is None:
            continue
        party = named_after(each.business_key, tuple(file.parties))
        named = request_of(each.business_key, file.requests) or each.business_key
        whom = named if party is None else party.name
        found[each.id] = ", ".join(part for part in (whom, *_decision(file, each)) if part)
    return found


def _decision(file: CaseFile, deadline: Deadline) -> Iterator[str]:
    """Yield the number of the decision whose service began an appeal period, and that it stands no more."""
    if deadline.name != APPEAL_PERIOD:
        return
    served = [
        each
        for each in file.deliveries
        if each.business_key == deadline.business_key
        and each.served_on is not None
        and each.served_on <= day_of(deadline.started_at)
    ]
    decision = next(
        (each for each in file.resolutions if served and each.id == served[-1].resolution_id), None
    )
    if decision is not None:
        yield decision.number
        yield _("päätös ei ole enää voimassa") if decision.id in file.overtaken else ""
