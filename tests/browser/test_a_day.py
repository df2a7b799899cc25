"""The same day as in the stories, in real pages: from a phone to a letter that has reached the person."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from engine.mail.composing import wording
from engine.queries.public_form import PublicForm
from forms.definition import FormDefinition
from tests.support import answers as plain
from tests.support.chromium import PHONE, follow
from tests.support.story import Story
from tests.support.world import World
from tests.support.writing import write, write_parts, write_steps

SIGN_IN = Callable[..., Page]


@pytest.fixture
def sign_in(sign_in_by_hand: Callable[..., Page]) -> Callable[..., Page]:
    return sign_in_by_hand


@pytest.fixture
def form(world: World) -> Callable[[str], FormDefinition]:
    """A form in Finnish, for the words on its page."""
    return lambda key: world.engine.answer(PublicForm(key, any_form=True), world.actor("kasittelija"))


@pytest.fixture
def do(form: Callable[[str], FormDefinition], story: Story) -> Callable[..., None]:
    """Someone at the inbox takes the task with that form, fills it in and hands it over."""

    def done(page: Page, key: str, **changes: Any) -> None:
        take(page, story.task(key).name)
        usual = plain.of(key, story.today, story.world)
        write_parts(page, form(key), plain.merged(usual, changes))
        hand_in(page)

    return done


def take(page: Page, task: str) -> None:
    follow(page.get_by_role("link", name="Tehtävät", exact=True))
    follow(page.get_by_role("navigation", name="Näkymät").get_by_role("link", name="Tiimini"))
    free = page.get_by_role("button", name=re.compile(rf"^Ota\s*: {re.escape(task)},"))
    # The case's own caseworker has its tasks from the start.
    (free if free.count() else page.locator(".task-name", has_text=task)).first.click()
    expect(page.get_by_role("heading", level=1, name=task)).to_be_visible()


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="Valmis, lähetä eteenpäin").click()
    expect(page.get_by_role("heading", name="Tehtävä on tehty")).to_be_visible()


def apply_on_a_phone(page: Page, definition: FormDefinition, answers: plain.Answers) -> str:
    """Apply and return the receipt's code."""
    page.goto("/")
    follow(page.get_by_role("link", name="Hae apua itsellesi"))
    follow(page.get_by_role("link", name="Jatka hakemukseen"))
    write_steps(page, definition, answers)
    page.get_by_role("button", name="Lähetä hakemus").click()
    expect(page.get_by_role("heading", name="Hakemuksesi on perillä")).to_be_visible()
    return "".join(page.locator(".code").inner_text().split())


def look_up(page: Page, code: str) -> None:
    page.goto("/fi/code")
    page.get_by_label("Koodi").fill(code)
    page.get_by_role("button", name="Jatka").click()


def test_a_day_from_a_phone_to_a_letter_that_has_reached_the_person(visit, sign_in, story, form, do):
    phone = visit(size=PHONE)
    code = apply_on_a_phone(phone, form("application"), plain.application(story.today))

    kaisa = sign_in("kirjaaja")
    story.reference = find_case(kaisa)
    do(kaisa, "register")

    kerttu = sign_in("kasittelija")
    do(kerttu, "triage_override")
    do(kerttu, "sufficiency", enough="ask", missing="Työn ehdot", reason="Ilman niitä ei voi arvioida.")
    asked = plain.request("applicant", story.today.replace(day=28))
    do(kerttu, "new_information_request", requests=[asked], round_reason="Vain hakija tietää.")

    story.passes(minutes=1)
    link = link_in(story)
    phone.goto(link)
    expect(phone.get_by_text(asked["questions"])).to_have_count(0)
    phone.get_by_label("Koodi").fill(code)
    phone.get_by_role("button", name="Jatka", exact=True).click()
    expect(phone.get_by_text(asked["questions"])).to_be_visible()
    write(phone, form("information_reply"), {"answer": "Tein työtä kuusi päivää viikossa."})
    phone.get_by_role("button", name="Lähetä vastaus").click()
    expect(phone.get_by_role("heading", name="Kiitos vastauksesta")).to_be_visible()

    do(kerttu, "review_reply")
    do(kerttu, "sufficiency")
    do(kerttu, "assessment")
    prepare(kerttu, story, form("prepare_resolution"))

    sign(sign_in("paattaja"), story, form("sign_resolution"))
    look_up(phone, code)
    expect(phone.get_by_role("heading", name="Päätös on tehty")).to_be_visible()

    eero = sign_in("esihenkilo")
    watched(eero, story.reference)
    do(kerttu, "contact_client")
    do(kerttu, "record_delivery")
    expect(kerttu.get_by_text("Asiassa ei ole nyt tehtäviä kenelläkään")).to_be_visible()

    who_looked(sign_in("tarkastaja"), story.reference)


def find_case(page: Page) -> str:
    """The reference of the only case in the inbox."""
    follow(page.get_by_role("navigation", name="Näkymät").get_by_role("link", name="Tiimini"))
    reference = page.locator("[data-task] .number").inner_text()
    assert re.fullmatch(r"\d{4}-\d{6}", reference)
    return reference


def link_in(story: Story) -> str:
    """Return the path that the latest mail links to, once it is clear that the mail reveals nothing else."""
    subject, paragraphs = wording(story.mails[-1])
    words = " ".join([subject, *paragraphs])
    for word in ("Aino", story.reference, "hakemus", "ihmiskauppa"):
        assert word not in words
    found = re.search(r"http\S+", words)
    assert found
    return urlsplit(found.group()).path


def prepare(page: Page, story: Story, definition: FormDefinition) -> None:
    """Write, look at the letter, write on, hand over."""
    take(page, story.task("prepare_resolution").name)
    usual = plain.of("prepare_resolution", story.today, story.world)
    # Nobody was heard before an admission.
    shown = {name: answer for name, answer in usual.items() if name != "oral_request"}
    write(page, definition, {**shown, "contact_person": "Kerttu Käsittelijä"})
    page.get_by_role("button", name="Esikatsele kirje").click()
    letter = page.get_by_role("region", name="Kirje sellaisena kuin se lähtee")
    expect(letter.get_by_text(usual["reasons"])).to_be_visible()
    expect(page.get_by_text("Kirjeessä on kaikki tiedot")).to_be_visible()
    hand_in(page)


def sign(page: Page, story: Story, definition: FormDefinition) -> None:
    take(page, story.task("sign_resolution").name)
    letter = page.get_by_role("region", name="Kirje sellaisena kuin se lähtee")
    expect(letter.get_by_text("Muutoksenhaku").first).to_be_visible()
    write(page, definition, plain.of("sign_resolution", story.today, story.world))
    hand_in(page)


def watched(page: Page, reference: str) -> None:
    """The manager sees the case among those that are under way."""
    follow(page.get_by_role("link", name="Seuranta"))
    page.goto("/oversight/cases")
    expect(page.get_by_role("main").get_by_text(reference).first).to_be_visible()


def who_looked(page: Page, reference: str) -> None:
    follow(page.get_by_role("link", name="Käyttöloki"))
    page.get_by_label("Asiatunnus").fill(reference)
    page.get_by_role("button", name="Hae", exact=True).click()
    for name in ("Kaisa Kirjaaja", "Kerttu Käsittelijä", "Päivi Päättäjä"):
        expect(page.get_by_role("main").get_by_role("table").get_by_text(name).first).to_be_visible()


@pytest.fixture
def asking(story: Story) -> Story:
    """A case whose caseworker is about to ask."""
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", missing="Työn ehdot", reason="Ei voi arvioida.")
    return story


def test_rows_come_and_go_and_a_mistake_costs_nothing_without_script(sign_in, asking, form):
    page = sign_in("kasittelija", scripts=False)
    take(page, asking.task("new_information_request").name)
    rows = form("new_information_request").by_key["requests"]
    first = plain.request("applicant", asking.today.replace(day=28), questions="Ensimmäinen kysymys?")
    second = plain.request("outside_authority", asking.today.replace(day=28), questions="Toinen kysymys?")
    write(page, form("new_information_request"), {"requests": [first, second]})
    last = page.get_by_role("group", name=f"{rows.properties['row_label']} 2", exact=True)
    expect(last.get_by_label("Vastaanottajan nimi")).to_have_value("Esimerkkivirasto")
    page.get_by_role("button", name=re.compile("^Poista.*1$")).click()
    expect(page.get_by_text("Ensimmäinen kysymys?")).to_have_count(0)
    only = page.get_by_role("group", name=f"{rows.properties['row_label']} 1", exact=True)
    expect(only.get_by_label("Kysymykset täsmällisesti")).to_have_value("Toinen kysymys?")

    # The reason of the whole round is missing: reported at the top and beside it, and nothing is lost.
    page.get_by_role("button", name="Valmis, lähetä eteenpäin").click()
    expect(page).to_have_title(re.compile("^Virhe: "))
    reason = page.get_by_label("Miksi kysytään nyt?")
    expect(reason).to_have_attribute("aria-invalid", "true")
    expect(reason).to_have_accessible_description(re.compile("."))
    expect(only.get_by_label("Kysymykset täsmällisesti")).to_have_value("Toinen kysymys?")
    expect(only.get_by_label("Vastaanottajan nimi")).to_have_value("Esimerkkivirasto")

    reason.fill("Vain viranomainen tietää.")
    hand_in(page)
    assert [each.questions["questions"] for each in asking.file.requests] == ["Toinen kysymys?"]


def test_the_second_to_save_sees_a_notice_and_keeps_their_text(sign_in, story, form):
    story.applies()
    story.until("triage_override")
    kerttu = sign_in("kasittelija")
    take(kerttu, story.task("triage_override").name)
    at_home = sign_in("kasittelija")
    at_home.goto(kerttu.url)

    for page, reason in ((kerttu, "Ensin lähetetty."), (at_home, "Myöhään lähetetty.")):
        usual = plain.of("triage_override", story.today, story.world)
        changes = {"case_class": "urgent", "differs": "yes", "reason": reason}
        write(page, form("triage_override"), {**usual, **changes})
    hand_in(kerttu)
    at_home.get_by_role("button", name="Valmis, lähetä eteenpäin").click()

    expect(at_home.get_by_role("heading", name="Joku muutti asiaa, kun kirjoitit")).to_be_visible()
    at_home.get_by_role("link", name="Katso, mitä on tehty").click()
    expect(at_home.get_by_text("Myöhään lähetetty.")).to_be_visible()
