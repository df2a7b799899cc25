"""Data that are destroyed within a month, by which rule, and the certificates of destruction."""

from __future__ import annotations

from flask import Response, render_template

from engine.queries.retention import WATCHERS, ReadCertificate, ReadComingErasures, RetentionRow
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.oversight.blueprint import blueprint
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.labels import word
from webapp.rendering.words.retention_labels import COUNTED_FROM, period_in_words, rule_in_words

TABLES = {"retention": marked("Asia"), "notice_retention": marked("Ilmoitus yhteydenotosta")}


@blueprint.get("/retention")
@for_staff(*WATCHERS)
def retention() -> str:
    found = engine().answer(ReadComingErasures(), sessions.actor())
    return render_template(
        "oversight/retention.html",
        found=found,
        rules=[_worded(each) for each in found.rules],
        rule_in_words=rule_in_words,
    )


@blueprint.get("/retention/<int:number>")
@for_staff(*WATCHERS)
def certificate(number: int) -> Response | str:
    found = engine().answer(ReadCertificate(number), sessions.actor())
    return render_template(
        "oversight/certificate.html", found=found, certificate=found.certificate, rule_in_words=rule_in_words
    )


def _worded(rule: RetentionRow) -> dict[str, str]:
    endings = (
        f"{word(outcome, 'outcome')}, {word(reason, 'lapse')}" if reason else word(outcome, "outcome")
        for outcome, reason in rule.endings
    )
    return {
        "table": _(TABLES[rule.table]),
        "name": word(rule.sealing_class, "data_class"),
        "period": period_in_words(rule.period),
        "count_from": _(COUNTED_FROM[rule.count_from])
        if rule.count_from in COUNTED_FROM
        else rule.count_from,
        "endings": "; ".join(endings) or _("kaikki"),
        "basis": rule.basis,
    }
