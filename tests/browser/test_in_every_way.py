"""All that people outside do on a telephone: by pressing without script, by keyboard with it; right to left too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support import answers as plain
from tests.support.axe import faults
from tests.support.chromium import PHONE
from tests.support.hands import Keyboard, Pointer
from tests.support.journeys import FILE, PAGES, Journey, Site, applies_the_easy_way, applies_with_children
from tests.support.languages import translated, typed
from tests.support.story import Story
from tests.support.tabs import ChromiumTab
from tests.support.uploads import picture

SCRIPTS = {"fi": (False, True), "selko": (True,), "sv": (False,), "en": (True,), "ar": (False,)}
"""Without and with scripts, by language."""
LANGUAGES = {"fi": "fi-FI", "selko": "fi-FI", "sv": "sv-FI", "en": "en-GB", "ar": "ar-EG"}
NEXT = ".actions .button-primary, .step-actions .button-primary"

Visit = Callable[..., Page]
Hand = Pointer | Keyboard


@pytest.fixture
def asked(story: Story) -> Story:
    """A case with two requests sent to the applicant."""
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    requests = [plain.request("applicant", story.today + timedelta(days=days)) for days in (14, 15)]
    story.does("kasittelija", "new_information_request", requests=requests, round_reason="Ehdot puuttuvat.")
    return story


class Walk:
    """One person with one browser, in one language."""

    def __init__(self, page: Page, code: str, hand: Hand) -> None:
        self.page, self.code, self.hand = page, code, hand
        self.found: dict[str, list[str]] = {}

    def opens(self, path: str, finnish: str) -> None:
        self.page.goto(f"/{self.code}/{path}")
        self.stands(finnish)

    def presses(self, selector: str, finnish: str) -> None:
        # The next page can have the same heading as the last one.
        with self.page.expect_navigation():
            self.hand.press(selector)
        self.stands(finnish)

    def stands(self, finnish: str) -> None:
        """Check that the page is the expected one, in the expected language and without a fault."""
        heading = translated(self.code, finnish)
        expect(self.page.get_by_role("heading", name=heading, exact=True, level=1)).to_be_visible()
        mistakes = self.page.locator(".error-summary").count()
        where = f"{self.code}: {finnish}{' (mistakes)' if mistakes else ''}"
        if isinstance(self.hand, Keyboard) and where not in self.found:
            self.found[where] = faults(self.page, sizes=(PHONE,))

    def code_shown(self) -> str:
        return typed(self.code, "".join(self.page.locator(".code").first.inner_text().split()))

    # ---------------------------------------------------------------- the errands of people

    def applies(self) -> str:
        hand = self.hand
        self.opens("", "Onko sinua pakotettu tai käytetty hyväksi? Voit saada apua.")
        self.presses(f"a[href='/{self.code}/own']", "Voit poistua nopeasti, jos joku tulee")
        self.presses(NEXT, "Turvallisuus")
        hand.choose("[name=in_danger][value=yes]")
        hand.write("[name=danger_notes]", "Hän lukee puhelintani")
        self.presses(NEXT, "Kuka olet?")
        hand.write("[name=family_name]", "Keksitty")
        hand.write("[name=born_on]", typed(self.code, "31.12.1990"))
        self.presses(NEXT, "Miten saamme sinuun yhteyden turvallisesti?")
        hand.choose("[name=safe_channels][value=phone]")
        hand.write("[name=phone]", typed(self.code, "000 000 0000"))
        self.presses(NEXT, "Mitä sinulle on tapahtunut?")
        self.presses(NEXT, "Millaista apua tarvitset?")
        self.presses(NEXT, "Onko sinulla lapsia Suomessa?")
        self.presses(NEXT, "Haluatko kertoa vielä jotakin?")
        self.presses(NEXT, "Tarkista vastauksesi")
        self.presses("button[value=send]", "Hakemuksesi on perillä")
        # A button that needs a script is shown only when scripts run.
        expect(self.page.locator("[data-print]")).to_be_visible(visible=isinstance(hand, Keyboard))
        return self.code_shown()

    def takes_both_files(self) -> None:
        """Press one right after the other: the second is another act, not a double press of the first."""
        for kind in ("card", "full"):
            with self.page.expect_download() as coming:
                self.hand.press(f"button[name=kind][value={kind}]")
            assert coming.value.suggested_filename.endswith(".pdf")

    def comes_back(self, code: str) -> None:
        self.opens("code", "Jatka koodilla")
        self.hand.write("[name=code]", "1")
        self.presses(NEXT, "Jatka koodilla")
        self.opens("code", "Jatka koodilla")
        self.hand.write("[name=code]", code)
        self.presses(NEXT, "Hakemuksesi on meillä")

    def saves_and_goes_on(self) -> None:
        self.opens("ask/questions", "Mitä haluat kysyä?")
        self.hand.write("[name=question]", "Saanko apua?")
        self.presses("button[value=save]", "Voit jatkaa, kun haluat")
        code = self.code_shown()
        self.opens("code", "Jatka koodilla")
        self.hand.write("[name=code]", code)
        self.presses(NEXT, "Mitä haluat kysyä?")
        expect(self.page.locator("[name=question]")).to_have_value("Saanko apua?")

    def leaves(self, weather: str) -> None:
        self.hand.press(".leave")
        self.page.wait_for_url(weather)

    def refers_without_consent(self) -> None:
        self.opens("other/questions", "Onko henkilö antanut suostumuksensa?")
        self.hand.choose("[name=consent_given][value=refused]")
        self.presses(NEXT, "Kiitos, että kysyit häneltä")

    def refers(self) -> None:
        hand = self.hand
        self.opens("other/questions", "Onko henkilö antanut suostumuksensa?")
        self.presses(NEXT, "Onko henkilö antanut suostumuksensa?")
        hand.choose("[name=consent_given][value=yes]")
        hand.choose("[name=disclosure_agreed]")
        hand.choose("[name=consent_explained][value=who_is_helped]")
        hand.pick("[name=consent_language]")
        hand.choose("[name=consent_how][value=phone]")
        hand.choose("[name=consent_interpreter][value=none]")
        hand.write("[name=consent_on]", typed(self.code, "1.11.2026"))
        hand.choose("[name=safe_to_contact][value=yes]")
        self.presses(NEXT, "Kuka sinä olet?")
        hand.write("[name=referrer_name]", "Raimo Ohjaaja")
        hand.pick("[name=referrer_kind]")
        hand.write("[name=referrer_phone]", typed(self.code, "000 000 0000"))
        self.presses(NEXT, "Kuka hän on?")
        hand.choose("[name=is_under_18][value=no]")
        hand.pick("[name=contact_language]")
        self.presses(NEXT, "Miten saamme häneen yhteyden turvallisesti?")
        hand.pick("[name=region]")
        self.presses(NEXT, "Mitä hänelle on tapahtunut?")
        hand.choose("[name=in_danger][value=no]")
        hand.choose("[name=accommodation_needed][value=no]")
        hand.choose("[name=in_detention][value=no]")
        self.presses(NEXT, "Millaista apua hän tarvitsee?")
        self.presses(NEXT, "Tarkistakaa vastaukset yhdessä")
        self.presses("button[value=send]", "Hakemus on perillä")

    def answers(self, token: str, code: str) -> None:
        self.opens(f"r/{token}", "Kirjoita ensin koodi")
        self.hand.write("[name=factor]", typed(self.code, code))
        self.presses(NEXT, "Mitä haluamme tietää")
        self.hand.choose("[name=can_answer][value=no]")
        self.presses("button[value=send]", "Kiitos vastauksesta")


@pytest.fixture
def walks(visit: Visit) -> Iterator[Callable[..., Walk]]:
    """Make the walks of a test; fail at its end when a page had a fault."""
    made: list[Walk] = []

    def walk(code: str, *, scripts: bool) -> Walk:
        page = visit(size=PHONE, language=LANGUAGES[code], scripts=scripts)
        made.append(Walk(page, code, Keyboard(page) if scripts else Pointer(page)))
        return made[-1]

    yield walk
    assert {where: lines for each in made for where, lines in each.found.items() if lines} == {}


@pytest.mark.parametrize("code", LANGUAGES)
def test_all_that_people_come_for(walks, asked: Story, weather: str, code: str) -> None:
    for scripts, request in zip(SCRIPTS[code], asked.file.requests, strict=False):
        walk = walks(code, scripts=scripts)
        code_shown = walk.applies()
        walk.takes_both_files()
        walk.comes_back(code_shown)
        walk.answers(asked.link_of(request), asked.code_of(request))
        walk.refers_without_consent()
        walk.refers()
        walk.saves_and_goes_on()
        walk.leaves(weather)
        assert walk.page.context.cookies() == []


@pytest.mark.parametrize("journey", [applies_with_children, applies_the_easy_way])
def test_a_family_with_a_file_and_somebody_who_reads_little(
    visit: Visit, address: str, tmp_path: Path, journey: Journey
) -> None:
    file = tmp_path / FILE
    file.write_bytes(picture())
    tab = ChromiumTab(visit(size=PHONE, scripts=False))
    pages = sum(1 for _ in journey(tab, Site(address, "", "", "", "", "", file)))
    assert pages == PAGES[journey]
    assert len("".join(tab.reads(".code").split())) == 16
