"""Reviewers of translations: one language, one text at a time, and what people read then."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import polib
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from engine.commands.people import Appoint
from engine.commands.text_reviews import ReviewedMeanwhile, ReviewText
from engine.domain.people import OPERATOR, REVIEW_POWERS, Power
from engine.domain.text_reviews import (
    FaultKind,
    SourceText,
    TextReview,
    Verdict,
    faults_of,
    forms_of,
    numbers_of,
)
from engine.texts import READ_IN, catalogue, laid_over, unreviewed
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.world import World
from webapp.reviews.words import FAULTS, NAMES, shown, stored
from webapp.translations.sources import public_texts, shipped_sources
from webapp.translations.states import known_texts, translated_codes

LEAVE = SourceText("Poistu nopeasti")
BETTER = "اخرج الآن بسرعة"


def appointed(world: World, *powers: Power) -> None:
    for power in powers:
        command = Appoint(world.people["kieli"].id, power, world.clock().date())
        world.engine.perform(command, OPERATOR)


@pytest.fixture
def reviewer(world: World, app: Flask) -> Visitor:
    """Somebody who may review Arabic."""
    appointed(world, Power.REVIEW_AR)
    return signed_in(world, "kieli", app)


def address(code: str, source: SourceText) -> str:
    return f"/translations/{code}/{source.key}"


def republished(world: World, old: str, new: str) -> None:
    """Put a version in use in which a form's Finnish is another. Its diagrams are the same, so nothing is checked."""
    with world.engine.database.unit_of_work() as unit:
        deployments = world.engine.stores(unit).deployments
        files, specs = deployments.content(deployments.current().id)
        changed = {
            path: data.replace(old.encode(), new.encode())
            for path, data in files.items()
            if path.endswith(".form")
        }
        assert changed != {path: files[path] for path in changed}
        deployments.add(
            files={**files, **changed},
            specs=specs,
            names={},
            note="Toinen kysymys",
            prepared_by=None,
            approved_by=None,
            moment=world.clock(),
        )


def words(page: Page) -> list[str]:
    return [each.text or "" for each in page.tree.xpath("//textarea[@name='words']")]


def test_each_language_has_a_power_and_each_place_and_fault_a_name() -> None:
    places = shipped_sources().places
    assert set(REVIEW_POWERS) == set(translated_codes()) == set(READ_IN)
    assert set(FAULTS) == set(FaultKind)
    lacking = {each.key for each in places if not shipped_sources().titles[each]} - set(NAMES)
    assert lacking == set()
    assert len({each.name for each in places}) == len(places)
    assert len({each.key for each in public_texts("ar")}) == len(public_texts("ar"))


def test_a_reviewer_of_arabic_words_arabic_and_nothing_else(
    world: World, app: Flask, reviewer: Visitor, browser: Visitor
) -> None:
    index = reviewer.get("/translations/")
    assert "arabia" in index.text.partition("Muut kielet")[0]
    language = reviewer.get("/translations/ar")
    (first,) = [each for each in language.tree.xpath("//main//a") if "Seuraava" in each.text_content()]
    page = reviewer.get(first.get("href"))
    (field,) = page.tree.xpath("//textarea")
    assert (field.get("lang"), field.get("dir")) == ("ar", "rtl")

    page = reviewer.get(address("ar", LEAVE))
    place = page.tree.find_class("review-place")[0]
    assert place.findtext(".//mark") == words(page)[0]
    accepted = reviewer.submits(page)
    assert accepted.goes_to.startswith("/translations/ar/")
    assert address("ar", LEAVE) not in accepted.goes_to, "the next text follows"
    assert "Teksti on hyväksytty." in reviewer.follows(accepted).text
    history = reviewer.get(address("ar", LEAVE))
    assert "Amal Arabiantaitaja hyväksyi" in history.text

    bettered = reviewer.submits(history, words=BETTER)
    assert bettered.status == 303
    assert BETTER in browser.get("/ar/safety").tree.text_content(), "the next page has it"
    assert BETTER not in browser.get("/fa/safety").tree.text_content()
    assert "kirjoitti paremman" in reviewer.get(address("ar", LEAVE)).text

    for code in ("fa", "sv"):
        theirs = reviewer.get(address(code, LEAVE))
        assert words(theirs) == [], "may be read"
        sent = {"form_token": reviewer.token(page), "words": "Ut", "seen": "0", "do": "review"}
        assert reviewer.post(address(code, LEAVE), sent).status == 403
    assert signed_in(world, "omistaja", app).post(address("ar", LEAVE), {}).status == 403
    assert reviewer.get("/translations/tlh").status == 404
    assert reviewer.get("/translations/ar/0123456789abcdef").status == 404


def test_an_appointment_ends_with_its_day(world: World, app: Flask) -> None:
    until = world.clock().date()
    world.engine.perform(Appoint(world.people["kieli"].id, Power.REVIEW_AR, until, until), OPERATOR)
    reviewer = signed_in(world, "kieli", app)
    page = reviewer.get(address("ar", LEAVE))
    world.clock.passes(days=1)
    late = signed_in(world, "kieli", app)

    assert words(late.get(address("ar", LEAVE))) == []
    sent = {"form_token": late.token(late.get("/me")), "words": BETTER, "seen": "0", "do": "review"}
    assert late.post(address("ar", LEAVE), sent).status == 403
    assert words(page) != []


def test_wrong_words_are_refused_beside_their_field_and_kept(reviewer: Visitor, browser: Visitor) -> None:
    source = next(each for each in public_texts("ar") if each.plural and "%(num)d" in each.plural)
    page = reviewer.get(address("ar", source))
    fields = words(page)
    assert len(fields) == forms_of("ar", source) == 6
    assert "{num}" in "".join(fields), "places are shown by their name"

    typed = [*fields[:2], "<b>اثنان</b> {count}", "عدد", *fields[4:]]
    refused = reviewer.submits(page, words=typed)

    assert refused.status == 422
    assert words(refused) == typed
    assert [
        each.getparent().find("textarea").get("id")
        for each in refused.tree.xpath("//form//p[@class='error']")
    ] == ["words-2", "words-2", "words-2", "words-3"]
    assert "Lähteessä ei ole täydennyskohtaa {count}. Poista se." in refused.problems
    assert "Merkkiä < ei voi käyttää." in " ".join(refused.problems)
    assert "Lisää kohta {num}" in " ".join(refused.problems)
    assert reviewer.submits(refused, words=fields).status == 303


def test_two_reviewers_do_not_overwrite_each_other(world: World, reviewer: Visitor) -> None:
    page = reviewer.get(address("ar", LEAVE))
    actor = world.actor("kieli")
    shipped = known_texts("ar")["web", LEAVE].words
    world.engine.perform(ReviewText("ar", LEAVE, ("اخرج",), shipped, 0), actor)

    late = reviewer.submits(page, words=BETTER)

    assert late.status == 409
    assert words(late) == [BETTER], "what was typed is kept"
    assert "اخرج" in late.tree.xpath("//section[@aria-labelledby='history-title']")[0].text_content()
    assert reviewer.submits(late).status == 303, "having seen the other's, one may go on"


@pytest.mark.databases
def test_of_two_reviews_at_once_one_holds(world: World) -> None:
    appointed(world, Power.REVIEW_AR)
    actor, typed = world.actor("kieli"), ("اخرج", "غادر")

    def reviews(words: str) -> Verdict | None:
        try:
            return world.engine.perform(ReviewText("ar", LEAVE, (words,), ("x",), 0), actor)
        except ReviewedMeanwhile:
            return None

    with ThreadPoolExecutor(2) as pool:
        verdicts = list(pool.map(reviews, typed))

    assert sorted(verdicts, key=str) == [None, Verdict.BETTERED]
    held = world.engine.reviewed_texts.read().single("ar")
    assert held == {LEAVE.finnish: typed[verdicts.index(Verdict.BETTERED)]}


def test_a_review_is_taken_back_and_a_page_says_again_that_nobody_reviewed(
    world: World, reviewer: Visitor, browser: Visitor
) -> None:
    """All of Arabic but one text was reviewed; then that one too; then it is taken back."""
    with world.engine.database.unit_of_work() as unit:
        reviews = world.engine.stores(unit).text_reviews
        known, person, moment = known_texts("ar"), world.people["kieli"].id, world.clock()
        for source, parts in public_texts("ar").items():
            if source == LEAVE:
                continue
            number, shipped = reviews.next_number(), known[parts[0], source].words
            reviews.add(TextReview(number, "ar", source, shipped, shipped, Verdict.ACCEPTED, person, moment))
    assert browser.get("/ar/safety").tree.find_class("translation-note") != []

    page = reviewer.get("/translations/ar")
    (first,) = [each for each in page.tree.xpath("//main//a") if "Seuraava" in each.text_content()]
    assert reviewer.submits(reviewer.get(first.get("href"))).goes_to == "/translations/ar", (
        "that was the last"
    )
    assert browser.get("/ar/safety").tree.find_class("translation-note") == []

    taken = reviewer.submits(reviewer.get(address("ar", LEAVE)), "do=take-back")
    assert "Ohjelman oma teksti on taas käytössä." in reviewer.follows(taken).text
    assert browser.get("/ar/safety").tree.find_class("translation-note") != []


def test_a_bettered_question_is_read_at_once_and_gone_when_the_finnish_changes(
    world: World, app: Flask, reviewer: Visitor, browser: Visitor
) -> None:
    source = SourceText("Mitä haluat kysyä?")
    page = reviewer.get(f"{address('ar', source)}?place=form-enquiry")
    assert page.heading == "Neuvon kysyminen"
    assert reviewer.submits(page, words="سؤال أوضح").status == 303
    assert "سؤال أوضح" in browser.get("/ar/ask/questions").tree.text_content()
    file = polib.pofile(reviewer.get("/translations/ar.po").response.get_data(as_text=True))
    entry = file.find(source.finnish)
    assert entry is not None
    assert (entry.msgstr, entry.fuzzy) == ("سؤال أوضح", False)
    assert file.metadata["X-Reviewed-By"] == "Amal Arabiantaitaja"

    republished(world, source.finnish, f"{source.finnish} nyt")

    assert "سؤال أوضح" not in browser.get("/ar/ask/questions").tree.text_content()
    language = reviewer.get("/translations/ar")
    assert "Suomi on muuttunut" in language.text
    (link,) = [each for each in language.tree.xpath("//main//a") if "Avaa uusi" in each.text_content()]
    anew = reviewer.get(link.get("href"))
    assert "Suomi on muuttunut. Ennen se oli:" in anew.text
    assert "سؤال أوضح" in anew.text
    assert words(anew) == [""], "the new Finnish has no translation yet"
    assert "käännös puuttuu" in language.text
    row = reviewer.get("/translations/").tree.xpath("//tr[.//a[@href='/translations/ar']]/td[3]")
    assert [each.text for each in row] == ["1"]
    swedish = reviewer.get("/translations/").tree.xpath("//tr[.//a[@href='/translations/sv']]/td[3]")
    assert [each.text for each in swedish] == ["1"], "nobody had reviewed it, and it is missing all the same"


@given(st.sampled_from(sorted(public_texts("ar"), key=lambda each: each.finnish)), st.data())
def test_words_hold_only_with_every_place_and_figure_of_the_source(
    source: SourceText, data: st.DataObject
) -> None:
    """The shipped words hold. Each place or figure that is lost, and each mark that a page could take for its own, is
    found; and a reviewer's form gives back what it showed."""
    part = public_texts("ar")[source][0]
    good = known_texts("ar")[part, source].words
    assert faults_of("ar", source, good, good) == ()
    assert tuple(stored(source, shown(each)) for each in good) == good
    form = data.draw(st.integers(0, len(good) - 1))
    mark = data.draw(
        st.sampled_from(["<", ">", "&", '"', "%", "{", "}", "\n", "**", "](", "\u202e", "\u2067", "\x00"])
    )
    place = data.draw(st.integers(0, len(good[form])))
    spoilt = [*good]
    spoilt[form] = good[form][:place] + mark + good[form][place:]
    assert faults_of("ar", source, spoilt) != ()
    spoilt[form] = " "
    assert faults_of("ar", source, spoilt)[0].kind is FaultKind.EMPTY


def test_a_plural_form_for_several_numbers_says_which() -> None:
    source = SourceText("Yksi tiedosto puuttuu.", "%(num)d tiedostoa puuttuu.")
    assert [len(each) for each in numbers_of("ru")] == [90, 270, 639]
    assert faults_of("sv", source, ("En fil saknas.", "%(num)d filer saknas.")) == ()
    found = faults_of("sv", source, ("En fil saknas.", "Filer saknas."))
    assert [(each.form, each.kind) for each in found] == [(1, FaultKind.NUMBERLESS)]
    assert [each.kind for each in faults_of("fa", source, ("یک پرونده کم است.",))] == [FaultKind.NUMBERLESS]
    assert faults_of("fa", source, ("%(num)d پرونده کم است.",)) == (), "Persian has one form"
    figures = faults_of("sv", SourceText("Soita 112 tai 029 546 3177."), ("Ring 112 eller 029 546.",))
    assert [each.detail for each in figures] == ["3177"]
    assert faults_of("ar", SourceText("Soita 112."), ("اتصل بالرقم ١١٢.",)) == ()


@pytest.mark.parametrize(
    ("language", "finnish", "words", "unknown"),
    [
        ("sv", "Vastaamme 14 päivässä.", "Vi svarar inom 40 dagar.", ["40"]),
        ("sv", "Odota 15 minuuttia.", "Vänta i 5 minuter.", ["5"]),
        ("sv", "Soita 112, auki 24 h.", "Ring 112, öppet 8–16.", ["16", "8"]),
        ("ar", "Koodissa on 16 numeroa.", "الرمز ١٤ رقمًا.", ["14"]),
        ("fa", "14 päivää, sitten 30 päivää.", "۳۰ روز و سپس ۳۰ روز", ["30"]),
        ("sv", "Vastaamme 14 päivässä.", "Vi svarar inom fjorton dagar.", []),
        ("ar", "Koodissa on 16 numeroa.", "الرمز ١٦ رقمًا.", []),
        ("sv", "%(num)d 100 prosentista", "%(num)d av 100", []),
    ],
)
def test_no_figure_is_taken_that_the_source_does_not_have(
    language: str, finnish: str, words: str, unknown: list[str]
) -> None:
    """A promised period is the authority's: in figures it stays what it is, and in words it may stand."""
    found = faults_of(language, SourceText(finnish), (words,))
    assert [(each.kind, each.detail) for each in found] == [
        (FaultKind.FIGURE_UNKNOWN, each) for each in unknown
    ]


def test_a_figure_of_the_shipped_words_may_stay() -> None:
    source, shipped = SourceText("Poistamme sen vuorokauden kuluttua."), ("We delete it after 24 hours.",)
    assert faults_of("en", source, ("It is deleted after 24 hours.",), shipped) == ()
    assert faults_of("en", source, ("It is deleted after 48 hours.",), shipped) != ()


def test_letters_and_mails_use_what_was_reviewed(world: World) -> None:
    line = "Jos joku on vaarassa, soita 112."
    shipped = catalogue("ar")[line]
    assert line in unreviewed("ar")
    with world.engine.database.unit_of_work() as unit:
        reviews = world.engine.stores(unit).text_reviews
        person = world.people["kieli"].id
        better = ("إذا كان أحد في خطر، اتصل بـ 112.",)
        number = reviews.next_number()
        reviews.add(
            TextReview(
                number, "ar", SourceText(line), better, (shipped,), Verdict.BETTERED, person, world.clock()
            )
        )

    with laid_over(world.engine.reviewed_texts.read()):
        assert catalogue("ar")[line] == better[0]
        assert line not in unreviewed("ar")
    assert catalogue("ar")[line] == shipped, "of this engine's requests and rounds only"
