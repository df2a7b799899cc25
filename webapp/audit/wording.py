"""What actions and faults of the log are called, and who is named where nobody has an account."""

from __future__ import annotations

from engine.domain.people import Role
from webapp.rendering.menu import role_name
from webapp.rendering.texts import gettext, marked
from webapp.rendering.words import word

FAULTS = {
    "missing": marked("merkintä puuttuu välistä"),
    "unlinked": marked("merkintä ei liity edelliseen"),
    "changed": marked("merkintää on muutettu"),
    "cut": marked("lopusta puuttuu merkintöjä"),
    "checkpoint": marked("tarkistuspisteen allekirjoitus ei täsmää"),
}
LISTS = {
    "inbox_mine": marked("katsoi omat tehtävänsä"),
    "inbox_team": marked("katsoi tiimin tehtävät"),
    "inbox_unassigned": marked("katsoi tehtävät ilman tekijää"),
    "inbox_stalled": marked("katsoi jumissa olevat"),
    "inbox_this_week": marked("katsoi viikon tehtävät"),
    "my_cases": marked("katsoi omat asiansa"),
    "find_cases": marked("haki asioita"),
    "oversight": marked("katsoi seurannan"),
    "carried": marked("katsoi henkilön tehtävät"),
    "reassignment": marked("katsoi, kenelle tehtävän voi siirtää"),
    "case_status": marked("katsoi asian tilan"),
    "deadlines": marked("katsoi määräajat"),
    "extend_deadline": marked("pidensi määräaikaa"),
    "list_enquiries": marked("katsoi neuvontapyynnöt"),
    "read_enquiry": marked("luki neuvontapyynnön"),
    "answer_enquiry": marked("vastasi neuvontapyyntöön"),
    "search_access_log": marked("haki käyttölokista"),
    "verify_access_log": marked("tarkisti lokin eheyden"),
}
"""Beside the actions on a case, which every page calls alike."""


def fault_name(fault: str) -> str:
    return gettext(FAULTS[fault])


def action_name(action: str) -> str:
    return gettext(LISTS[action]) if action in LISTS else word(action, "action")


def actor_name(name: str) -> str:
    """Whoever has no account is called by their part."""
    if not name:
        return gettext("joku ilman tunnusta")
    return role_name(name) if name in {role.value for role in Role} else name
