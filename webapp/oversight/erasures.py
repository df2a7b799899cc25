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
from webapp.rendering.words.retention_labels import COUNTED_FROM as AS_IN_LAW
from webapp.rendering.words.retention_labels import period_in_words, rule_in_words

COUNTED_FROM = {
    **AS_IN_LAW,
    "death_or_citizenship_or_end": marked("asiakkuuden päättymisestä, muilla asian päättymisestä"),
}
"""The day from which it is counted here, which is no later than the law's."""
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
        "count_from": _(COUNTED_FROM.get(rule.count_from, rule.count_from)),
        "endings": "; ".join(endings) or _("kaikki"),
        "basis": rule.basis,
    }
