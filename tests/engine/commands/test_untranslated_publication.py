"""A publication that takes translations away: named to the requester, accepted by a word, and named to the approver."""

from __future__ import annotations

from uuid import UUID

import pytest

from engine.commands.deployments import CreateModelDraft, RequestPublication, SaveModelDraft, Untranslated
from engine.queries.models import CheckModelDraft, DraftPage, ListModels, OpenModelDraft, ReadModelFile
from tests.support.world import World

PUBLIC = "forms/application.form"
PART = "forms/parts/own_language.form"
OWN = "forms/verify_consent.form"
DIAGRAM = "information_request/process.bpmn"


class Draft:
    """A draft and its editor."""

    def __init__(self, world: World) -> None:
        self.world, self.outi = world, world.actor("omistaja")
        current = world.engine.answer(ListModels(), self.outi).deployments[0].deployment.id
        self.id: UUID = world.engine.perform(CreateModelDraft("Sanoja", current), self.outi)

    @property
    def page(self) -> DraftPage:
        return self.world.engine.answer(OpenModelDraft(self.id), self.outi)

    def rewords(self, path: str, old: str, new: str) -> None:
        text = self.world.engine.answer(ReadModelFile(self.id, path), self.outi).decode()
        assert old in text
        version = self.page.summary.draft.version
        saved = SaveModelDraft(self.id, path, text.replace(old, new).encode(), version)
        self.world.engine.perform(saved, self.outi)

    def warnings(self) -> list[str]:
        found = self.world.engine.answer(CheckModelDraft(self.id), self.outi)
        return [each.sentence for each in found if each.code == "form_untranslated"]


@pytest.fixture
def draft(world: World) -> Draft:
    return Draft(world)


def test_a_reworded_question_is_named_with_the_eleven_languages_that_lack_it(draft):
    assert draft.page.lost == ()
    draft.rewords(PART, "Tarvitsetko tulkin?", "Haluatko tulkin, kun puhumme?")

    lost = {each.path: each for each in draft.page.lost if each.is_public}
    application = lost[PUBLIC]
    assert application.text == "Haluatko tulkin, kun puhumme?"
    assert len(application.languages) == 11
    assert {"ar", "en", "selko", "sv"} <= set(application.languages)
    assert any("Haluatko tulkin" in each and "11" in each for each in draft.warnings())


def test_a_question_that_staff_answer_lacks_swedish_and_english(draft):
    draft.rewords(OWN, "Mitä henkilö sanoi?", "Mitä henkilö vastasi?")

    (lost,) = draft.page.lost
    assert (lost.text, lost.languages, lost.is_public) == ("Mitä henkilö vastasi?", ("sv", "en"), False)
    assert len(draft.warnings()) == 1


def test_words_that_are_used_elsewhere_are_translated_already(draft):
    draft.rewords(OWN, "Mitä henkilö sanoi?", "Perustelu")

    assert draft.page.lost == ()
    assert draft.warnings() == []


def test_a_renamed_step_lacks_its_name_in_other_languages(draft):
    draft.rewords(DIAGRAM, "Lähetä pyyntö", "Lähetä kirje")

    assert [(each.text, each.languages) for each in draft.page.lost] == [("Lähetä kirje", ("sv", "en"))]


def test_what_people_outside_are_asked_is_published_without_translation_only_by_a_word(draft, monkeypatch):
    # The gate itself is tried elsewhere, and takes long.
    monkeypatch.setattr("engine.commands.deployments.check_files", lambda *_given, **_named: ())
    draft.rewords(PART, "Tarvitsetko tulkin?", "Haluatko tulkin, kun puhumme?")
    engine, outi = draft.world.engine, draft.outi

    with pytest.raises(Untranslated) as refused:
        engine.perform(RequestPublication(draft.id, "Selkeämmin."), outi)
    assert refused.value.field == "untranslated"
    assert draft.page.summary.draft.state == "editing"

    engine.perform(RequestPublication(draft.id, "Selkeämmin.", accepts_untranslated=True), outi)

    approver = engine.answer(OpenModelDraft(draft.id), draft.world.actor("omistaja2"))
    assert {each.text for each in approver.lost} == {"Haluatko tulkin, kun puhumme?"}
    event = next(each.event for each in approver.history if each.event.kind == "untranslated")
    assert event.note.splitlines()[0] == "Haluatko tulkin, kun puhumme?"
