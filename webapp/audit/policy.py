"""The policy table as a page: who may do what with which case, in the order in which its rules decide."""

from __future__ import annotations

from collections.abc import Iterable

from flask import render_template

from engine.domain import policy
from engine.domain.people import Role
from engine.domain.policy import HEADS, Action, Part, PolicyLine, Relation, Standing
from webapp.audit.views import blueprint
from webapp.http.access import for_staff
from webapp.rendering.words.access_labels import ACTIONS
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.labels import role_name

NOT_IN_THE_LOG = {
    Action.SEE: marked("näkee asian luetteloissa ja hauissa"),
    Action.RETRY_INCIDENT: marked("yrittää uudelleen, mikä epäonnistui"),
}
RELATIONS = {
    Relation.DISQUALIFIED: marked("esteellinen"),
    Relation.EMERGENCY: marked("avannut hädässä"),
    Relation.OWN: marked("oma asia tai tehtävä"),
    Relation.TEAM: marked("oman alueen asia"),
    Relation.OTHER: marked("muun alueen asia"),
}
STANDINGS = {
    Standing.USUAL: marked("tavallinen"),
    Standing.RESTRICTED: marked("rajoitettu"),
    Standing.SEALED: marked("sinetöity"),
    Standing.RESTRICTED_SEALED: marked("rajoitettu ja sinetöity"),
}
PARTS = {
    Part.EXISTENCE: marked("tunnus ja tila"),
    Part.CONTACT: marked("turvallinen yhteydenotto"),
    Part.TASKS: marked("tehtävät"),
    Part.CONTENT: marked("vastaukset ja asiakirjat"),
    Part.SEALED_CONTENT: marked("sinetöity sisältö"),
    Part.LOG: marked("kuka on katsonut"),
}


@blueprint.get("/policy")
@for_staff(Role.AUDITOR, *HEADS)
def policy_table() -> str:
    return render_template(
        "audit/policy.html",
        rules=[_worded(rule) for rule in policy.POLICY.rules if rule.allowed],
    )


def _worded(rule: PolicyLine) -> dict[str, object]:
    everyone_else = rule.relations == policy.ANY_RELATION
    shown = _joined(_(PARTS[each]) for each in Part if each in rule.parts)
    return {
        "actions": [_(NOT_IN_THE_LOG.get(each) or ACTIONS[each]) for each in Action if each in rule.actions],
        "roles": _joined(role_name(each) for each in Role if each in rule.roles),
        "relations": _("kaikki muut kuin esteelliset")
        if everyone_else
        else _joined(_(RELATIONS[each]) for each in Relation if each in rule.relations),
        "standings": _("jokainen tila")
        if rule.standings == policy.ALL_STANDINGS
        else _joined(_(STANDINGS[each]) for each in Standing if each in rule.standings),
        "parts": shown or (_("kaikki, minkä muutenkin näkee") if rule.sight else "–"),
        "sight": rule.sight,
    }


def _joined(words: Iterable[str]) -> str:
    return ", ".join(words)
