"""The public side in twelve languages: what a page says of itself, and the translators' way in and out."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import polib
import pytest
from click.testing import CliRunner

from forms.translations import THROUGH_ENGLISH
from tests.support.browsing import Visitor, signed_in
from tests.support.world import World
from webapp.cli import main
from webapp.http.languages import PUBLIC_LANGUAGES
from webapp.translations import files, states
from webapp.translations.files import TranslationRefused, exported, taken_in
from webapp.translations.sources import Text, public_texts
from webapp.translations.states import translated_codes, translation_status

ENGLISH_NEXT = {code for code, language in PUBLIC_LANGUAGES.items() if language.falls_back_to == "en"}


def test_every_layer_knows_the_same_languages():
    assert ENGLISH_NEXT == THROUGH_ENGLISH


@pytest.mark.parametrize("code", PUBLIC_LANGUAGES)
def test_a_page_says_its_language_and_direction_to_those_who_listen(browser: Visitor, code: str):
    page = browser.get(f"/{code}/").tree

    language = PUBLIC_LANGUAGES[code]
    assert page.get("lang") == language.html
    assert page.get("dir", "ltr") == language.direction


@pytest.mark.parametrize("code", translated_codes())
def test_a_page_nobody_has_reviewed_says_so_and_shows_the_way_to_finnish(browser: Visitor, code: str):
    (note,) = browser.get(f"/{code}/safety").tree.find_class("translation-note")

    assert "/fi/safety" in note.xpath(".//a/@href")


@pytest.mark.parametrize("code", translated_codes())
def test_a_language_lacks_nothing(code: str):
    assert translation_status(code).missing == ()


def test_texts_of_a_paper_form_are_translated_too():
    assert Text("Näin täytät lomakkeen") in public_texts()


def test_the_source_needs_no_note(browser: Visitor):
    assert browser.get("/fi/safety").tree.find_class("translation-note") == []


def test_a_browser_that_asks_for_arabic_is_answered_in_arabic(browser: Visitor):
    answer = browser.get("/", headers={"Accept-Language": "ar-IQ,ar;q=0.9,en;q=0.5"})

    assert answer.goes_to == "/ar/"


def test_staff_pages_keep_to_their_own_languages(browser: Visitor):
    page = browser.get("/sign-in", headers={"Accept-Language": "ar,sv;q=0.5"})

    assert page.tree.get("lang") == "sv"


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copies to write in."""
    for name in ("WEB", "FORMS", "ENGINE"):
        shutil.copytree(getattr(states, name), tmp_path / name.lower())
        monkeypatch.setattr(states, name, tmp_path / name.lower())
    return tmp_path


def one_text(code: str, finnish: str, translation: str, *, fuzzy: bool = False) -> str:
    """A translator's file with one text in it."""
    file = polib.pofile(exported(code))
    entry = file.find(finnish)
    assert entry is not None
    entry.msgstr = translation
    entry.flags = ["fuzzy"] if fuzzy else []
    for other in [each for each in file if each is not entry]:
        file.remove(other)
    return str(file)


def test_texts_of_a_translator_stand_in_their_catalogue_with_the_reviewer(catalogues: Path):
    changed = taken_in(
        "vi", one_text("vi", "Poistu nopeasti", "Thoát ngay"), "Mai Keksitty", date(2026, 12, 1)
    )

    assert changed == 1
    saved = polib.pofile((catalogues / "web" / "vi" / "LC_MESSAGES" / "public.po").read_text("utf-8"))
    entry = saved.find("Poistu nopeasti")
    assert entry is not None
    assert entry.msgstr == "Thoát ngay"
    assert saved.metadata["X-Reviewed-By"] == "Mai Keksitty"
    after = translation_status("vi")
    assert after.reviewers == ("Mai Keksitty",)
    assert "Poistu nopeasti" not in after.unreviewed


def test_a_reviewer_of_one_text_does_not_vouch_for_the_others(catalogues: Path):
    before = translation_status("sv")

    taken_in(
        "sv", one_text("sv", "Poistu nopeasti", "Lämna sidan snabbt"), "Sven Keksitty", date(2026, 12, 1)
    )

    after = translation_status("sv")
    assert set(before.unreviewed) - set(after.unreviewed) == {"Poistu nopeasti"}


def test_without_a_reviewer_what_comes_in_stays_unreviewed(catalogues: Path):
    taken_in("vi", one_text("vi", "Poistu nopeasti", "Thoát ngay"))

    assert "Poistu nopeasti" in translation_status("vi").unreviewed


def test_a_whole_reviewed_language_no_longer_warns(catalogues: Path):
    everything = polib.pofile(exported("en"))
    for entry in everything:
        entry.flags = []
        entry.msgstr = entry.msgstr or entry.msgid
    taken_in("en", str(everything), "Erkki Esimerkki", date(2026, 12, 1))

    assert translation_status("en").is_reviewed


def test_a_translation_that_lost_a_place_is_refused(catalogues: Path):
    broken = one_text("vi", "Vaihe %(place)s/%(places)s", "Bước %(place)s")

    with pytest.raises(TranslationRefused, match="place"):
        taken_in("vi", broken)


@pytest.mark.parametrize("code", translated_codes())
def test_an_exported_file_says_everything_and_is_a_catalogue_for_others(code: str):
    file = polib.pofile(exported(code))

    assert {Text(entry.msgid, entry.msgid_plural) for entry in file} == set(public_texts(code))
    assert file.metadata["Language"] == PUBLIC_LANGUAGES[code].gettext
    assert re.match(r"nplurals=\d", file.metadata["Plural-Forms"])


@pytest.mark.parametrize("code", translated_codes())
def test_every_place_is_filled_in_every_language(code: str):
    """The same check as for what translators send, over what is here."""
    for entry in polib.pofile(exported(code)):
        words = tuple(entry.msgstr_plural.values()) if entry.msgid_plural else (entry.msgstr,)
        if all(words):
            files.require_places(code, Text(entry.msgid, entry.msgid_plural), words)


def test_the_command_names_missing_texts_and_refuses_other_files(tmp_path: Path):
    run = CliRunner().invoke
    table = run(main, ["texts", "status"]).output

    assert all(re.search(rf"^{code}\s", table, re.MULTILINE) for code in translated_codes())

    wrong = tmp_path / "wrong.po"
    for content in ("no catalogue", 'msgid "unfinished\n', exported("fa")):
        wrong.write_text(content, "utf-8")
        refused = run(main, ["texts", "import", "ar", str(wrong)])
        assert (refused.exit_code, refused.exception.__class__) == (1, SystemExit)


def test_staff_see_the_state_of_each_language_and_take_its_file(world: World):
    owner = signed_in(world, "omistaja")

    page = owner.get("/models/")
    assert {f"/translations/{code}" for code in translated_codes()} <= set(page.links())
    assert "/translations/ar.po" in owner.get("/translations/ar").links()

    file = owner.get("/translations/ar.po").response
    assert file.headers["Content-Disposition"] == 'attachment; filename="ar.po"'
    assert polib.pofile(file.get_data(as_text=True)).metadata["Language"] == "ar"
    assert owner.get("/translations/tlh.po").status == 404
