"""A letter speaks to its reader, in the reader's language, and says nothing that cannot be printed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.casework.court import CourtUnreachable, ProposedCourt
from engine.casework.recordings.preparing import (
    CourtUnchecked,
    DomicileMissing,
    MunicipalityUnchecked,
    OrganiserOfOthers,
    OrganiserWithoutMunicipality,
    OtherLanguage,
    UnexplainedUnreasoned,
)
from engine.errors import Invalid, MisconfiguredEnvironment
from engine.letters import Unprintable
from engine.queries.resolution_page import ReadLetter
from tests.stories.test_adverse_outcomes import UNHEARD, until_assessment
from tests.stories.test_children import child_until_signature, family
from tests.stories.test_delivery import BY_POST
from tests.stories.test_notices import Letter, papers
from tests.stories.test_removal import UNHEARD as REMOVED_UNHEARD
from tests.stories.test_removal import assessed
from tests.support.browsing import signed_in
from tests.support.story import Story

ASKED_FOR = "Henkilö pyysi päätöksen ruotsiksi."
READS_FINNISH = "Hän on asunut Suomessa 20 vuotta ja lukee suomea."
CHECKED = "Kerttu Käsittelijä 2.11., tuomioistuimen sivulta"


def signed(story: Story) -> Letter:
    story.does("paattaja", "sign_resolution")
    (letter,) = papers(story, "resolution")
    return letter


@pytest.mark.databases
def test_a_swedish_resolution_names_the_authority_and_the_signer_in_swedish(story: Story) -> None:
    story.applies()
    story.until("prepare_resolution")
    story.does(
        "kasittelija",
        "prepare_resolution",
        resolution_language="sv",
        language_reasons=ASKED_FOR,
        explanation_needed="yes",
        explanation_language="vi",
        explanation_how="written",
    )
    beside = story.world.engine.answer(
        ReadLetter(story.task("sign_resolution").id), story.world.actor("paattaja")
    )
    assert beside is not None
    assert beside.unreviewed == "vi", "the signer hears it before the signature"
    letter = signed(story)
    for words in (
        "Exempelförläggningen",
        "Du upptas som klient",
        "besvären",
        "exempeltjänst",
        "Quyết định là chấp thuận",
        "được xác định là nạn nhân buôn người",
    ):
        assert words in letter
    for words in ("Esimerkin", "esimerkkivirka", "Päätös", "vastaanottokeskus"):
        assert words not in letter
    assert "Bản dịch này chưa được kiểm tra" in letter, "nobody has reviewed it"
    before, ahead, _ = letter.partition("Phần giải thích bằng ngôn ngữ này nằm ở cuối thư này.")
    assert ahead, "a line in the reader's own language says that it is there"
    assert "Du upptas som klient" not in before, "above all else"


def test_a_resolution_on_a_small_child_speaks_to_the_guardian(story: Story) -> None:
    child = family(story)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child_until_signature(child)
    letter = signed(child)
    assert "Lapsi otetaan auttamisjärjestelmän asiakkaaksi" in letter
    for words in ("Sinut otetaan", "Sinulla on oikeus", "Jokaisen lapsen asia"):
        assert words not in letter


def test_a_resolution_on_a_child_of_fifteen_speaks_to_the_child(story: Story) -> None:
    child = family(story, born_on="2010-03-01")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child_until_signature(child)
    assert "Sinut otetaan auttamisjärjestelmän asiakkaaksi" in signed(child)


def test_what_cannot_be_printed_is_refused_beside_its_field_before_anybody_signs(story: Story) -> None:
    story.applies()
    story.until("prepare_resolution")
    with pytest.raises(Unprintable, match="𓀀") as refused:
        story.does("kasittelija", "prepare_resolution", reasons="Kerroit meille. 𓀀")
    assert refused.value.field == "reasons"
    story.does("kasittelija", "prepare_resolution", reasons="张伟 kertoi meille.")
    assert "张伟" in signed(story)


def test_nothing_is_signed_in_the_name_of_an_invented_authority(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    settings = story.world.engine.settings
    unset = replace(settings.authority, unset=("VIREILLE_COURT_ADDRESS",))
    story.world.engine.settings = replace(settings, authority=unset)
    with pytest.raises(MisconfiguredEnvironment, match="VIREILLE_COURT_ADDRESS"):
        story.does("paattaja", "sign_resolution")


def test_a_title_without_a_swedish_word_is_named_with_its_setting(story: Story) -> None:
    story.applies()
    story.until("prepare_resolution")
    with pytest.raises(OtherLanguage) as other:
        story.does("kasittelija", "prepare_resolution", resolution_language="sv")
    assert other.value.field == "resolution_language"
    story.does("kasittelija", "prepare_resolution", resolution_language="sv", language_reasons=ASKED_FOR)
    page = signed_in(story.world, "paattaja").get(f"/tasks/{story.task('sign_resolution').id}").text
    assert "Päätöksen kieli ei ole asian tai henkilön kieli" in page
    assert ASKED_FOR in page
    settings = story.world.engine.settings
    titles = tuple(words for words in settings.authority.titles if words[0] != "esimerkkivirka")
    story.world.engine.settings = replace(settings, authority=replace(settings.authority, titles=titles))
    with pytest.raises(Invalid, match="VIREILLE_TITLES"):
        story.does("paattaja", "sign_resolution")


def courts_shown(story: Story) -> list[ProposedCourt]:
    letter = story.world.engine.answer(
        ReadLetter(story.task("sign_resolution").id), story.world.actor("paattaja")
    )
    return [letter.court] if letter and letter.court else []


def test_a_person_without_a_domicile_in_finland_appeals_to_helsinki(story: Story) -> None:
    """808/2019 10 §: the table names the court of a domicile, and Helsinki where there is none."""
    until_assessment(story)
    story.does("kasittelija", "assessment", **UNHEARD)
    story.does("kasittelija", "prepare_resolution", domicile=None)
    (shown,) = courts_shown(story)
    assert (shown.name, shown.is_confirmed) == ("Helsingin hallinto-oikeus", True)
    assert "Valitusviranomainen on Helsingin hallinto-oikeus" in signed(story)


def test_who_has_a_municipality_is_not_decided_on_as_one_who_has_none(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", stay_status="resident")
    story.until("prepare_resolution")
    with pytest.raises(DomicileMissing):
        story.does("kasittelija", "prepare_resolution")
    with pytest.raises(OrganiserOfOthers):
        story.does("kasittelija", "prepare_resolution", domicile="Helsinki")
    story.does(
        "kasittelija",
        "prepare_resolution",
        domicile="Helsinki",
        court_checked=CHECKED,
        organiser="helsinki_hus",
        organiser_name="Helsinki",
    )
    assert "sign_resolution" in story.forms


@pytest.mark.parametrize("stay", ["citizen", "unknown"])
def test_an_empty_municipality_of_who_may_have_one_is_checked_by_somebody(story: Story, stay: str) -> None:
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", stay_status=stay)
    story.does("kasittelija", "assessment", **UNHEARD)
    with pytest.raises(MunicipalityUnchecked) as unchecked:
        story.does("kasittelija", "prepare_resolution", domicile=None, court_checked=None)
    assert unchecked.value.field == "court_checked"
    story.does("kasittelija", "prepare_resolution", domicile=None, court_checked=CHECKED)
    (shown,) = courts_shown(story)
    assert (shown.name, shown.is_confirmed) == ("Helsingin hallinto-oikeus", False)
    page = signed_in(story.world, "paattaja").get(f"/tasks/{story.task('sign_resolution').id}")
    assert "Tarkista tuomioistuin: Helsingin hallinto-oikeus" in page.text
    assert "Ei kotipaikkaa Suomessa" not in page.text


def test_a_citizen_is_helped_by_the_system_only_where_somebody_checked_that_no_municipality_is_theirs(
    story: Story,
) -> None:
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", stay_status="citizen")
    story.does("kasittelija", "assessment")
    with pytest.raises(MunicipalityUnchecked):
        story.does("kasittelija", "prepare_resolution", domicile=None, court_checked=None)
    with pytest.raises(OrganiserOfOthers):
        story.does("kasittelija", "prepare_resolution", domicile="Keksilä", court_checked=CHECKED)
    county = {"organiser": "county", "organiser_name": "Keksilän hyvinvointialue"}
    with pytest.raises(OrganiserWithoutMunicipality):
        story.does("kasittelija", "prepare_resolution", **county, domicile=None, court_checked=CHECKED)
    story.does("kasittelija", "prepare_resolution", **county, domicile="Keksilä", court_checked=CHECKED)
    assert "sign_resolution" in story.forms


def test_the_court_of_a_removal_is_not_that_of_those_without_a_municipality_for_who_may_have_one(
    story: Story,
) -> None:
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", stay_status="citizen")
    story.until("prepare_resolution")
    named = {"domicile": "Keksilä", "court_checked": "Kerttu 2.11., tuomioistuimen sivulta"}
    organised = {"organiser": "county", "organiser_name": "Keksilän hyvinvointialue"}
    story.does("kasittelija", "prepare_resolution", **named, **organised)
    story.until("record_delivery")
    assessed(story, **REMOVED_UNHEARD)
    with pytest.raises(MunicipalityUnchecked):
        story.does("kasittelija", "prepare_removal")
    story.does("kasittelija", "prepare_removal", **named)
    assert "sign_removal" in story.forms


def test_a_court_without_an_address_is_refused_beside_the_domicile(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **UNHEARD)
    settings = story.world.engine.settings
    elsewhere = replace(settings.authority, court="Keksilän hallinto-oikeus")
    story.world.engine.settings = replace(settings, authority=elsewhere)
    with pytest.raises(CourtUnreachable, match="kuuluu Helsingin hallinto-oikeus") as refused:
        story.does("kasittelija", "prepare_resolution", domicile=None)
    assert refused.value.field == "domicile"
    story.does("kasittelija", "prepare_resolution", domicile="Keksilä", court_checked=CHECKED)
    assert "Valitusviranomainen on Keksilän hallinto-oikeus" in signed(story)


def test_a_court_that_nobody_confirmed_is_that_of_the_settings_and_its_signer_is_asked_to_check(
    story: Story,
) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **UNHEARD)
    with pytest.raises(CourtUnchecked) as unchecked:
        story.does("kasittelija", "prepare_resolution", domicile="Keksilä")
    assert unchecked.value.field == "court_checked"
    story.does("kasittelija", "prepare_resolution", domicile="Keksilä", court_checked=CHECKED)
    (shown,) = courts_shown(story)
    court = story.world.engine.settings.authority.court
    assert (shown.name, shown.is_confirmed) == (court, False)
    assert "tarkista" in shown.why
    page = signed_in(story.world, "paattaja").get(f"/tasks/{story.task('sign_resolution').id}")
    assert f"Tarkista tuomioistuin: {court}" in page.text
    assert f"Tuomioistuimen tarkistus: {CHECKED}" in page.text
    assert f"Valitusviranomainen on {court}" in signed(story)


def test_the_note_over_a_letter_speaks_the_readers_language_too(story: Story) -> None:
    story.applies(**BY_POST)
    story.does("kirjaaja", "register", contact_language="ru")
    story.until("prepare_resolution")
    story.does("kasittelija", "prepare_resolution", explanation_unneeded_reasons=READS_FINNISH)
    story.does("paattaja", "sign_resolution")
    (cover,) = papers(story, "delivery_cover")
    for words in ("Sinulle", "В этом конверте документ для вас", "Этот перевод ещё не проверен"):
        assert words in cover


def test_who_reads_neither_language_is_not_left_without_an_explanation_unseen(story: Story) -> None:
    story.applies(contact_language="ro", interpreter_needed="yes")
    story.does("kirjaaja", "register", contact_language="ro", interpreter_needed="yes")
    story.until("prepare_resolution")
    with pytest.raises(UnexplainedUnreasoned) as refused:
        story.does("kasittelija", "prepare_resolution", explanation_needed="no")
    assert refused.value.field == "explanation_unneeded_reasons"
    story.does("kasittelija", "prepare_resolution", explanation_unneeded_reasons=READS_FINNISH)
    page = signed_in(story.world, "paattaja").get(f"/tasks/{story.task('sign_resolution').id}").text
    assert "Selitystä ei anneta, vaikka henkilö puhuu muuta kieltä tai tarvitsee tulkin" in page
    assert READS_FINNISH in page
