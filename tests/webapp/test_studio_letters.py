"""Letter texts as a form: what is typed is seen as it will be printed, and a mistake stands beside its field."""

from __future__ import annotations

import json

import pytest

from engine.bootstrap import shipped_files
from engine.letters.files import read_text, write_text
from tests.support.browsing import Visitor, signed_in
from tests.support.publishing import publication_asked
from tests.webapp.test_studio import _put
from webapp.studio.letter_form import fields_of, typed_text

HEARING = "assess_and_resolve/texts/hearing.toml"
INTRO = "fi.2.paragraphs"


@pytest.fixture
def outi(world, app) -> Visitor:
    return signed_in(world, "omistaja", app)


@pytest.fixture
def olli(world, app) -> Visitor:
    return signed_in(world, "omistaja2", app)


@pytest.fixture
def draft(outi) -> str:
    return outi.submits(outi.get("/models/"), name="Selvempi kirje").goes_to


def _file(visitor, draft, path=HEARING) -> bytes:
    return visitor.client.get(f"/models/sources/{draft.rpartition('/')[2]}/file/{path}").data


def _types(visitor, page, button="do=save", **fields):
    return visitor.submits(page, button, **{name.replace(".", "__"): value for name, value in fields.items()})


@pytest.mark.parametrize("path", [p for p in sorted(shipped_files()) if p.endswith(".toml")])
def test_saving_without_a_change_changes_nothing(path):
    text = read_text(shipped_files()[path])
    shown = {
        field.name: field.value
        for words in fields_of(text, (), "fi")
        for field in (*words.head, *(each for section in words.sections for each in section.fields))
    }
    keys = {
        f"{words.language}.sections": " ".join(each.key or each.place for each in words.sections)
        for words in fields_of(text, (), "fi")
    }

    assert write_text(typed_text(text, {**shown, **keys})) == shipped_files()[path]


def test_every_text_opens_with_its_letter(outi, draft):
    page = outi.get(draft)
    letters = [link for link in page.links() if "/texts/" in link and link.startswith(draft)]

    assert len(letters) == sum(path.endswith(".toml") for path in shipped_files())
    for link in letters[::10]:
        assert outi.get(link).status == 200


def test_saved_text_stands_in_the_file_and_in_the_letter(outi, draft):
    page = outi.get(f"{draft}/texts/{HEARING}")

    saved = outi.follows(
        _types(outi, page, **{INTRO: "Kuulemme sinua asiassa {reference}: {proposed_outcome}."})
    )

    assert "Kuulemme sinua asiassa 2026-000123" in saved.text
    assert b"Kuulemme sinua asiassa {reference}" in _file(outi, draft)
    assert len(saved.tree.xpath("//img[starts-with(@src, 'data:image/png;base64,')]")) == 1


def test_looking_at_the_letter_saves_nothing_and_keeps_what_was_typed(outi, draft):
    page = outi.get(f"{draft}/texts/{HEARING}")

    seen = _types(
        outi, page, "do=preview", **{INTRO: "Uusi alku {reference}, {proposed_outcome}.", "language": "sv"}
    )

    assert seen.tree.get_element_by_id(INTRO).text == "Uusi alku {reference}, {proposed_outcome}."
    assert seen.tree.xpath("//*[@lang='sv' and contains(@class, 'letter-words-only')]")
    assert _file(outi, draft) == shipped_files()[HEARING]


def test_a_wrong_value_is_named_beside_its_field_and_nothing_is_lost(outi, draft):
    page = outi.get(f"{draft}/texts/{HEARING}")

    refused = _types(outi, page, **{INTRO: "Asia {referense}"})

    assert refused.status == 422
    assert refused.problems == ["Tietoa {referense} ei ole. Tarkoititko {reference}?"]
    field = refused.tree.get_element_by_id(INTRO)
    assert (field.text, field.get("aria-invalid")) == ("Asia {referense}", "true")
    assert _file(outi, draft) == shipped_files()[HEARING]


def test_a_wrong_text_that_came_otherwise_stops_publication(outi, draft):
    broken = _file(outi, draft).decode().replace("{reference}", "{referense}", 1)
    body = json.dumps({"content": broken, "seen": "", "force": True})
    assert _put(outi, outi.get(draft), f"{draft}/file/{HEARING}", body).status_code == 200

    found = outi.get(f"{draft}/findings")

    assert "estää julkaisun" in found.text
    assert "Tarkoititko {reference}?" in found.text


def test_a_part_of_the_letter_is_added_in_every_language_and_taken_away(outi, draft):
    page = outi.get(f"{draft}/texts/{HEARING}")

    added = _types(outi, page, "do=add:1")
    assert {f"{each}.2.paragraphs" for each in ("fi", "sv", "en")} <= {
        each.get("name") for each in added.tree.xpath("//textarea")
    }
    empty = _types(outi, added)
    assert empty.status == 422
    words = {f"{each}.2.paragraphs": "Uusi kohta." for each in ("fi", "sv", "en")}
    saved = outi.follows(_types(outi, added, **words))
    assert saved.text.count("Uusi kohta.") >= 3

    outi.follows(_types(outi, _types(outi, saved, "do=remove:2")))
    assert _file(outi, draft) == shipped_files()[HEARING]


@pytest.mark.parametrize("number", ["9" * 5000, "²", "99", "x", ""])
def test_a_part_that_is_not_there_changes_nothing(outi, draft, number):
    page = outi.get(f"{draft}/texts/{HEARING}")
    form = dict(page.form().form_values())

    for action in ("add", "remove", "up"):
        assert outi.post(page.form().get("action"), {**form, "do": f"{action}:{number}"}).status == 200
    assert _file(outi, draft) == shipped_files()[HEARING]


def test_a_letter_goes_out_as_pdf(outi, draft):
    page = outi.get(f"{draft}/texts/{HEARING}")
    fields = dict(page.form().form_values()) | {"do": "pdf"}

    answer = outi.client.post(f"{draft}/texts/{HEARING}", data=fields)

    assert answer.data.startswith(b"%PDF")
    assert "hearing-fi.pdf" in answer.headers["Content-Disposition"]


def test_a_part_is_shown_in_its_letter_and_another_may_be_chosen(outi, draft):
    page = outi.get(f"{draft}/texts/resolution/texts/operative_not_admitted.toml")
    assert "PÄÄTÖS" in page.response.text or page.tree.xpath("//img")

    frame = outi.get(f"{draft}/texts/resolution/texts/resolution.toml")
    other = _types(outi, frame, "do=preview", **{"part.operative": "operative_lapsed_death"})

    assert other.tree.xpath("//select[@name='part.operative']/option[@selected]/@value") == [
        "operative_lapsed_death"
    ]


def test_a_message_is_shown_as_a_message(outi, draft):
    page = outi.get(f"{draft}/texts/information_request/texts/mail_new_date.toml")

    assert "Tämä lähetetään viestinä, ei paperilla." in page.text
    assert not page.tree.xpath("//img")


def test_the_second_to_save_a_text_sees_a_notice_and_may_decide(outi, olli, draft):
    address = f"{draft}/texts/{HEARING}"
    mine, theirs = outi.get(address), olli.get(address)
    outi.follows(_types(outi, mine, **{INTRO: "Outin sanat {reference}, {proposed_outcome}."}))

    lost = _types(olli, theirs, **{INTRO: "Ollin sanat {reference}, {proposed_outcome}."})

    assert lost.status == 409
    assert "Joku muutti tätä sen jälkeen, kun avasit sen" in lost.text
    assert lost.tree.get_element_by_id(INTRO).text.startswith("Ollin sanat")
    assert b"Outin sanat" in _file(outi, draft)
    olli.follows(_types(olli, lost, overwrite="yes"))
    assert b"Ollin sanat" in _file(outi, draft)


def test_a_colleague_at_another_text_is_in_nobodys_way(outi, olli, draft):
    mine = outi.get(f"{draft}/texts/{HEARING}")
    other = olli.get(f"{draft}/texts/delivery/texts/delivery_cover.toml")
    outi.follows(_types(outi, mine, **{INTRO: "Outin sanat {reference}, {proposed_outcome}."}))

    saved = _types(olli, other, **{"fi.title": "Sinulle tärkeä asiakirja"})

    assert saved.status == 303
    assert b"Outin sanat" in _file(outi, draft)


@pytest.mark.parametrize("path", ["guardrails.json", "nothing/texts/x.toml", "urgency/triage.dmn"])
def test_only_texts_are_edited_here(outi, draft, path):
    assert outi.get(f"{draft}/texts/{path}").status == 404


def test_typed_text_is_shown_and_never_run(outi, draft):
    page = outi.get(f"{draft}/texts/{HEARING}")

    shown = _types(
        outi,
        page,
        "do=preview",
        **{INTRO: "<script src='x'></script> #read(\"x\") {reference} {proposed_outcome}"},
    )

    assert "<script src='x'" not in shown.response.text
    assert shown.tree.xpath("//img")


def test_a_translation_that_was_left_behind_is_a_finding_and_the_approver_sees_it(world, outi, olli, draft):
    page = outi.get(f"{draft}/texts/{HEARING}")
    changed = "Kuulemme sinua asiassa {reference}: {proposed_outcome}. Nyt voit kertoa mielipiteesi ja antaa selityksesi."
    outi.follows(_types(outi, page, **{INTRO: changed}))

    found = outi.get(f"{draft}/findings?quick").text
    assert "kohta intro on muuttunut, mutta ruotsinkielinen ei" in found
    assert "kohta intro on muuttunut, mutta englanninkielinen ei" in found

    publication_asked(world.engine, draft, world.actor("omistaja"))
    waiting = olli.get(draft).text
    assert "Kirjeen hearing suomenkielinen kohta intro on muuttunut, mutta ruotsinkielinen ei" in waiting
    assert "mutta englanninkielinen ei" in waiting
