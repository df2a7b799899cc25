"""In whatever order days are written down: hard orders never stand reversed, soft ones only with a reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.acts import AHEAD, Act
from engine.domain.chronology import ORDERS, SOFT, Dated, DatesRejected, explained
from webapp.rendering.words.resolution_labels import EXPLANATIONS

TODAY = date(2026, 11, 27)
WRITTEN = sorted({act for each in ORDERS for act in (each.earlier, each.later)} - {Act.RECORDING})
"""Acts whose day somebody writes down. The day of writing is always known, and today."""
days = st.integers(-400, 30).map(lambda number: TODAY + timedelta(days=number))
acts = st.sampled_from(WRITTEN)
reasons = st.sampled_from(["", "  ", "Puhelu kirjattiin vasta aamulla."])
forms = st.lists(st.dictionaries(acts, st.tuples(days, reasons), min_size=1, max_size=4), max_size=8)


@given(forms)
def test_hard_orders_hold_in_the_record_and_soft_ones_have_reasons(forms):
    """Each form is stored whole or refused whole, as a transaction is."""
    record: dict[Act, date] = {Act.RECORDING: TODAY}
    reasoned: set[tuple[str, date, date]] = set()
    for form in forms:
        written = {act.value: Dated(act, day) for act, (day, _) in form.items()}
        given_reasons = {act.value: reason for act, (_, reason) in form.items()}
        try:
            found = explained(written, record, TODAY, given_reasons)
        except DatesRejected:
            continue
        record |= {each.act: each.day for each in written.values()}
        reasoned |= {
            (each.order.name, record[each.order.earlier], record[each.order.later]) for each in found
        }
        assert all(each.reason.strip() and not each.order.is_hard for each in found)

    for act, day in record.items():
        assert act in AHEAD or day <= TODAY
    for order in ORDERS:
        if order.earlier not in record or order.later not in record:
            continue
        earlier, later = record[order.earlier], record[order.later]
        if order.is_hard:
            assert order.holds(earlier, later), order.name
        else:
            assert order.holds(earlier, later) or (order.name, earlier, later) in reasoned, order.name


@given(st.sampled_from(SOFT), days, days)
def test_a_soft_reversal_is_refused_once_and_taken_with_a_reason(order, first, second):
    early, late = sorted((min(first, TODAY), min(second, TODAY)))
    written, known = {"day": Dated(order.later, early)}, {order.earlier: late}
    if order.holds(late, early):
        assert explained(written, known, TODAY, {}) == ()
        return
    with pytest.raises(DatesRejected) as rejected:
        explained(written, known, TODAY, {})
    assert rejected.value.need_reasons
    (one,) = explained(written, known, TODAY, {"day": "Syy."})
    assert (one.order, one.day, one.reason) == (order, early, "Syy.")


@pytest.mark.parametrize("order", [each for each in SOFT if each.within is not None and each.later in AHEAD])
def test_a_day_far_ahead_needs_a_reason(order):
    last = TODAY + timedelta(days=order.within)
    known = {Act.RECORDING: TODAY}
    assert explained({"day": Dated(order.later, last)}, known, TODAY, {}) == ()
    beyond = {"day": Dated(order.later, last + timedelta(days=1))}
    with pytest.raises(DatesRejected) as rejected:
        explained(beyond, known, TODAY, {})
    assert rejected.value.need_reasons
    (one,) = explained(beyond, known, TODAY, {"day": "Syy."})
    assert one.order == order


def test_the_only_hard_acts_are_those_of_service_and_what_cannot_be():
    hard = {each.name for each in ORDERS if each.is_hard}
    assert hard == {
        "signature_dispatch",
        "dispatch_service",
        "signature_service",
        "birth_arrival",
        "child_birth_arrival",
        "birth_child_birth",
        "dispatch_return",
        "notice_made_notice_sent",
        "question_opened_question_asked",
        "appeal_at_court_appeal",
        "appeal_forwarding",
        "consent_consent_withdrawal",
        "court_decision_court_decision_arrival",
        "court_decision_court_decision_service",
        "oral_denial_denial_notice",
        "period_signature_period_notice",
    } | {each.name for each in ORDERS if each.earlier is Act.PERSON_BIRTH}


def test_every_soft_order_has_a_word_for_the_signer():
    assert {each.name for each in SOFT} <= EXPLANATIONS.keys()
