"""A jurist reads the law in force: an owner records it, another publishes it, and the page of the version shows it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from engine.commands.deployments import ApprovePublication, CreateModelDraft, OwnWork, RequestPublication
from engine.commands.guardrails import PutGuardrail
from engine.commands.sections import RecordSectionCheck
from engine.errors import Forbidden
from engine.models.comparing import Words
from engine.models.sections import SECTIONS
from engine.queries.models import ListModels, OpenModelDraft
from engine.queries.sections import OpenSections
from webapp.studio.draft_files import seen_mark

CHECKED = ("13/2003 12 §", "746/2011 38 a §")
NO_APPEAL = "301/2004 191 §"


def test_a_check_is_published_by_a_second_person_and_outlives_what_cites_the_section(world):
    outi, olli, timo = (world.actor(each) for each in ("omistaja", "omistaja2", "kasittelija"))

    def page(source):
        return world.engine.answer(OpenSections(source, Words()), outi)

    def unchecked(source):
        return {each.section.written for each in page(source).register.sections if each.check is None}

    shipped = world.engine.answer(ListModels(), outi).deployments[0].deployment.id
    every = unchecked(shipped)
    assert set(CHECKED) < every
    assert NO_APPEAL in every, "no jurist has confirmed that it covers a refusal and an extension"

    draft = world.engine.perform(CreateModelDraft("Juristi luki kaksi pykälää"), outi)
    checked_on = world.clock.moment.date() - timedelta(days=1)
    command = RecordSectionCheck(draft, CHECKED, checked_on, "Jaana Juristi", seen_mark(page(draft).content))
    with pytest.raises(Forbidden):
        world.engine.perform(command, timo)
    world.engine.perform(command, outi)
    world.engine.perform(RequestPublication(draft, "Juristi tarkisti kaksi pykälää."), outi)
    version = world.engine.answer(OpenModelDraft(draft), outi).summary.draft.version
    with pytest.raises(OwnWork):
        world.engine.perform(ApprovePublication(draft, version), outi)
    published = world.engine.perform(ApprovePublication(draft, version), olli)

    assert unchecked(published.id) == every - set(CHECKED)
    assert unchecked(shipped) == every
    (consent,) = (each for each in page(published.id).register.sections if each.section.written == CHECKED[1])
    assert (consent.check.on, consent.check.by) == (checked_on, "Jaana Juristi")
    assert consent.places

    later = world.engine.perform(CreateModelDraft("Kuittauksen peruste"), olli)
    files = world.engine.answer(OpenModelDraft(later), olli).summary.draft
    guardrails = files.files["guardrails.json"]
    (receipt,) = (
        each for each in json.loads(guardrails)["guardrails"] if each["key"] == "receipt_on_every_start"
    )
    changed = {**receipt, "law": "13/2003 12 § 1 mom.; viranomaisen lupaus"}
    world.engine.perform(PutGuardrail(later, changed, seen_mark(guardrails)), olli)
    assert unchecked(later) == every - set(CHECKED)


def test_a_draft_of_a_version_from_before_the_file_can_record_a_check_too(world):
    outi = world.actor("omistaja")
    draft = world.engine.perform(CreateModelDraft("Vanha versio"), outi)
    with world.engine.database.unit_of_work() as unit:
        drafts = world.engine.stores(unit).model_drafts
        stored = drafts.get(draft)
        drafts.change(
            stored,
            stored.version,
            files={path: data for path, data in stored.files.items() if path != SECTIONS},
        )

    before = world.engine.answer(OpenSections(draft, Words()), outi)
    command = RecordSectionCheck(
        draft, CHECKED[:1], world.clock.moment.date(), "Jaana", seen_mark(before.content)
    )
    world.engine.perform(command, outi)

    after = world.engine.answer(OpenSections(draft, Words()), outi)
    assert before.register.unread, (
        "without the file nobody knows which Act a section without its statute is of"
    )
    assert [each.section.written for each in after.register.sections if each.check] == [CHECKED[0]]
