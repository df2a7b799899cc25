"""Limits of appointments in words: on the pages of administration, and beside those who may decide aloud."""

from __future__ import annotations

from engine.casework.spoken_givers import Decider
from engine.domain.administration import PowerProposal
from engine.domain.appointments import DECISIONS_OF, NO_LIMITS, Appointment, Limits, Uncovered
from engine.domain.inbox import TEAMS
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.labels import word


def limits_in_words(limits: Limits) -> str:
    """Return what an appointment may decide and in whose cases; empty without limits."""
    decisions = ", ".join(word(each, "decision_kind") for each in limits.in_order)
    teams = ", ".join(word(each, "region") for each in sorted(limits.teams))
    parts = (
        _("vain %(decisions)s", decisions=decisions) if decisions else "",
        _("vain alueella %(teams)s", teams=teams) if teams else "",
    )
    return "; ".join(each for each in parts if each)


def extent_in_words(given: Appointment | PowerProposal) -> str:
    """Return how far a power to decide goes, also where nothing limits it; empty of a power that decides nothing."""
    if given.power not in DECISIONS_OF:
        return ""
    if given.limits == NO_LIMITS:
        return _("kaikki ratkaisut, koko maa")
    parts = (
        "" if given.limits.decisions else _("kaikki ratkaisut"),
        limits_in_words(given.limits),
        "" if given.limits.teams else _("koko maa"),
    )
    return "; ".join(each for each in parts if each)


def uncovered_in_words(left: Uncovered) -> str:
    """Return decisions that no appointment covers, with the teams where none does."""
    decisions = ", ".join(word(each, "decision_kind") for each in left.decisions)
    teams = ", ".join(word(each or "unknown", "region") for each in left.teams)
    return f"{decisions} ({_('koko maa') if set(left.teams) >= set(TEAMS) else teams})"


def decider_in_words(decider: Decider) -> str:
    """Return the name, with the limits of each appointment."""
    limits = f" {_('tai')} ".join(limits_in_words(each) for each in decider.limits)
    return f"{decider.name} ({limits})" if limits else decider.name
