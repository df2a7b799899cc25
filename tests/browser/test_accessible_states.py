"""Staff pages in the states of daily work: full, empty, mistaken, refused; wide, narrow, in three languages."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, ViewportSize

from engine.commands.attachments import AttachToCase
from engine.commands.enquiries import SubmitEnquiry
from engine.commands.hidden_documents import HideDocument
from engine.commands.tasks import ClaimTask
from engine.domain.arrivals import ArrivalKind
from engine.domain.inbox import View
from engine.domain.people import PUBLIC
from tests.stories.test_enquiry_notices import begins, begins_from
from tests.stories.test_registry import LETTER, arrives
from tests.support import answers as plain
from tests.support.axe import faults
from tests.support.chromium import DESKTOP, PHONE, follow
from tests.support.story import Story
from tests.support.world import World

VIEWS = (
    *(f"/tasks/?view={view.value}" for view in View),
    "/tasks/?view=team&form_key=sufficiency&due=week&for=me",
)
WATCHED = ("", "late", "soon", "stalled", "unassigned", "incidents")

SIZES = {"Suomi": (DESKTOP, PHONE), "Svenska": (PHONE,), "English": (PHONE,)}
"""A page in another language is the same page with longer or shorter words: only a narrow window may not hold them."""

Found = dict[str, list[str]]
OpenAs = Callable[[str], Page]


@pytest.fixture
def open_as(sign_in: Callable[..., Page]) -> OpenAs:
    """Return one browser for each person, signed in once."""
    people: dict[str, Page] = {}

    def opened(who: str) -> Page:
        if who not in people:
            people[who] = sign_in(who)
        return people[who]

    return opened


@pytest.fixture
def found() -> Iterator[Found]:
    """The faults by page. The test fails at its end when there is one."""
    found: Found = {}
    yield found
    assert {path: lines for path, lines in found.items() if lines} == {}


def stalled(world: World) -> Story:
    """Return a case whose request was sent, reminded, stalled and given to somebody."""
    story = Story(world)
    story.is_referred()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", missing="Työn ehdot", reason="Ei voi arvioida.")
    rows = [plain.request("referrer", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Ohjaaja tietää.")
    story.passes(days=30)
    return story


def signed(world: World) -> Story:
    story = Story(world)
    story.applies()
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    return story


def look(
    open_as: OpenAs,
    who: str,
    paths: tuple[str, ...],
    found: Found,
    status: int = 200,
    sizes: tuple[ViewportSize, ...] = SIZES["Suomi"],
) -> None:
    page = open_as(who)
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        assert page.url.endswith(path), f"{path} led to {page.url}"
        found[f"{who} {path}"] = faults(page, sizes=sizes)


def test_what_was_registered_in_error_is_accessible(world, open_as, found):
    story = Story(world)
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    first = arrives(story, ArrivalKind.OTHER, file=LETTER)
    second = arrives(story, ArrivalKind.OTHER, about="Toinen kirje")
    world.engine.perform(
        AttachToCase(story.reference, LETTER, "Uusi", first.attachment_id), world.actor("kirjaaja")
    )
    world.engine.perform(HideDocument(story.reference, second.id, "Väärä asia."), world.actor("kirjaaja"))
    case = f"/cases/{story.reference}"
    pages = (case, f"{case}/arrivals", *(f"{case}/registered/{each.id}/hidden" for each in (first, second)))
    look(open_as, "kasittelija", pages, found)


def test_full_pages_are_accessible(world, open_as, found):
    stuck, done = stalled(world), signed(world)
    waiting = Story(world)
    waiting.applies()
    waiting.until("sign_resolution")
    mine = stuck.task("stalled_request")
    contact = done.task("contact_client")
    world.engine.perform(ClaimTask(mine.id), world.actor("esihenkilo"))
    letter = f"/resolutions/{done.reference}/{done.file.resolutions[-1].id}"
    case = f"/cases/{stuck.reference}"
    by = world.people["kasittelija"].id
    old = next(each for each in waiting.file.submissions if each.form_key == "assessment").task_id

    look(open_as, "kasittelija", (*VIEWS, case, f"/cases/{done.reference}", letter), found)
    look(open_as, "kasittelija", (f"/tasks/{mine.id}", f"/tasks/{old}", "/my-cases/", "/cases/"), found)
    letters = [each.id for each in done.file.documents if each.media_type == "application/pdf"]
    beside = (
        *(
            f"{case}/{each}"
            for each in ("arrivals", "meetings", "copies", "requests/REQ-1/code", f"compare/{done.reference}")
        ),
        f"/cases/{done.reference}/documents/{letters[-1]}",
        f"/tasks/urgent/{uuid4()}",
    )
    look(open_as, "kasittelija", beside, found)
    look(open_as, "esihenkilo", tuple(f"/oversight/{each}" for each in WATCHED), found)
    moving = (
        "/oversight/absences/kasittelija",
        f"/oversight/people/{by}",
        f"/oversight/tasks/{contact.id}",
        f"{case}/readers",
        f"{case}/readers/extract",
    )
    look(open_as, "esihenkilo", (*moving, f"{case}?events=all", f"/tasks/{mine.id}"), found)
    look(open_as, "tarkastaja", (f"/audit/?reference={stuck.reference}", "/audit/chain"), found)

    page = open_as("kasittelija")
    page.goto("/cases/")
    page.get_by_label("Hae asiaa", exact=True).fill("Keksitty")
    with page.expect_navigation():
        page.get_by_label("Hae asiaa", exact=True).press("Enter")
    page.get_by_role("link", name=done.reference).wait_for()
    found["search"] = faults(page)


def test_empty_pages_are_accessible(world, open_as, found):
    look(open_as, "kasittelija", (*VIEWS, "/my-cases/", "/tasks/enquiries/", "/cases/", "/me"), found)
    look(open_as, "esihenkilo", tuple(f"/oversight/{each}" for each in WATCHED), found)
    look(open_as, "tarkastaja", ("/audit/", "/audit/chain"), found)
    look(open_as, "tarkastaja", ("/audit/?reference=2026-000001",), found, 422)


def test_mistakes_and_refusals_are_accessible(world, open_as, found):
    asked = world.engine.perform(
        SubmitEnquiry(secrets.token_urlsafe(32), data=plain.enquiry(world.clock().date())), PUBLIC
    )
    assert asked
    story = Story(world)
    story.applies()
    story.until("triage_override")
    task = story.task("triage_override")

    look(open_as, "tarkastaja", ("/tasks/",), found, 403)
    look(open_as, "kasittelija", ("/oversight/",), found, 403)
    look(open_as, "kasittelija", ("/cases/2026-999999", "/nothing"), found, 404)

    page = open_as("kasittelija")
    page.goto("/tasks/urgent/")
    follow(page.get_by_role("button", name="Avaa asia"))
    found["urgent 422"] = faults(page)
    page.goto("/tasks/enquiries/")
    found["enquiries"] = faults(page)
    follow(page.get_by_role("link", name="Miten hakemus tehdään?"))
    found["enquiry"] = faults(page)
    page.get_by_label("Vastaus").last.fill("")
    follow(page.get_by_role("main").get_by_role("button").first)
    found["enquiry 422"] = faults(page)

    page.goto(f"/tasks/{task.id}")
    follow(page.get_by_role("button", name="Ota itsellesi"))
    story.does("kasittelija", "triage_override")
    follow(page.get_by_role("button", name="Valmis, lähetä eteenpäin"))
    page.get_by_role("link", name="Katso, mitä on tehty").wait_for()
    found["conflict"] = faults(page)

    manager = open_as("esihenkilo")
    manager.goto(f"/oversight/tasks/{story.task('sufficiency').id}")
    follow(manager.get_by_role("main").get_by_role("button").first)
    found["move 422"] = faults(manager)


@pytest.mark.parametrize("language", SIZES)
def test_the_notices_of_an_enquiry_are_accessible(world, open_as, found, language):
    story = Story(world)
    enquiry = begins(story)
    story.does("paivystaja", "write_enquiry_notice", notice="police", police_ground="preventable_offence")
    story.does("paivystaja", "send_notice")
    begins_from(story, enquiry)
    page = open_as("paivystaja")
    page.goto("/me")
    page.get_by_label(language).check()
    follow(page.get_by_role("button", name="Vaihda kieli"))
    shown = (
        f"/tasks/enquiries/{enquiry.id}",
        f"/cases/{story.reference}",
        f"/tasks/{story.file.tasks[0].id}",
    )
    look(open_as, "paivystaja", shown, found, sizes=SIZES[language])


@pytest.mark.parametrize("language", ["Svenska", "English"])
def test_other_languages_fit_too(world, open_as, found, language):
    story = stalled(world)
    signed(world)
    page = open_as("kasittelija")
    page.goto("/me")
    page.get_by_label(language).check()
    follow(page.get_by_role("button", name="Vaihda kieli"))
    task = story.file.tasks[0]
    shown = (VIEWS[1], f"/cases/{story.reference}", "/tasks/urgent/")
    shown += (f"/tasks/{task.id}", "/tasks/enquiries/", "/me")
    look(open_as, "kasittelija", shown, found, sizes=SIZES[language])
