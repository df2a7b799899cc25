"""The journeys of people outside, page by page: each pauses on every page, where something may be pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from tests.support.tabs import Tab

NAME: Final = "Keksittynen"
WATCHED: Final = "Han lukee puhelintani"
WRITTEN: Final = "Siivosin keksityssa paikassa"
NUMBER: Final = "000 555 0199"
FILE: Final = "muistikuva.jpg"
TYPED: Final = (NAME, WATCHED, WRITTEN, NUMBER, FILE)
"""Words of the person; the program itself holds none of them."""
NEXT: Final = ".step-actions .button-primary, .actions .button-primary"
SEND: Final = "button[value=send]"


@dataclass(frozen=True, slots=True)
class Site:
    """The place of a journey, and all that its person holds."""

    address: str
    code: str
    """Of a case in which a question waits for the person."""
    link: str
    link_code: str
    """To the same question by a mail."""
    official_link: str
    official_code: str
    """To a request of which an authority is asked."""
    file: Path


Journey: TypeAlias = Callable[[Tab, Site], Iterator[None]]


def applies(tab: Tab, site: Site) -> Iterator[None]:
    """In Finnish, from the start page to the receipt, back to the matter by the code."""
    tab.opens(f"{site.address}/fi/")
    yield
    tab.presses("a[href='/fi/own']")
    yield
    tab.presses(NEXT)
    yield
    tab.chooses("[name=in_danger][value=yes]")
    tab.writes("[name=danger_notes]", WATCHED)
    tab.presses(NEXT)
    yield
    tab.writes("[name=family_name]", NAME)
    tab.presses(NEXT)
    yield
    for _ in range(4):
        tab.presses(NEXT)
        yield
    tab.presses(NEXT)
    yield
    tab.presses(SEND)
    yield
    code = _code(tab)
    tab.opens(f"{site.address}/fi/code")
    tab.writes("[name=code]", code)
    tab.presses(NEXT)
    yield


def applies_with_children(tab: Tab, site: Site) -> Iterator[None]:
    """In Arabic, with two children and a file."""
    tab.opens(f"{site.address}/ar/own/questions")
    yield
    while not tab.has(SEND):
        if tab.has("[name=has_children]"):
            tab.chooses("[name=has_children][value=yes]")
            tab.writes("[name='children.0.given_names']", NAME)
            tab.presses("button[name=add_row]")
            yield
            tab.writes("[name='children.1.given_names']", NAME)
        tab.presses(NEXT)
        yield
    tab.presses("button[value=open]")
    yield
    tab.takes("[name=file]", site.file)
    tab.presses("button[value=add]")
    yield
    tab.presses("button[value=done]")
    yield
    tab.presses(SEND)
    yield


def refers(tab: Tab, site: Site) -> Iterator[None]:
    """An NGO's worker, for somebody who agreed."""
    tab.opens(f"{site.address}/fi/other/questions")
    yield
    for chosen in (
        "consent_given][value=yes",
        "disclosure_agreed",
        "consent_explained][value=who_is_helped",
        "consent_how][value=phone",
        "consent_interpreter][value=none",
        "safe_to_contact][value=yes",
    ):
        tab.chooses(f"[name={chosen}]")
    tab.picks("[name=consent_language]")
    tab.writes("[name=consent_on]", "1.11.2026")
    tab.presses(NEXT)
    yield
    tab.writes("[name=referrer_name]", NAME)
    tab.picks("[name=referrer_kind]")
    tab.writes("[name=referrer_phone]", NUMBER)
    tab.presses(NEXT)
    yield
    tab.chooses("[name=is_under_18][value=no]")
    tab.picks("[name=contact_language]")
    tab.presses(NEXT)
    yield
    tab.picks("[name=region]")
    tab.presses(NEXT)
    yield
    for chosen in ("in_danger", "accommodation_needed", "in_detention"):
        tab.chooses(f"[name={chosen}][value=no]")
    tab.presses(NEXT)
    yield
    tab.presses(NEXT)
    yield
    tab.presses(SEND)
    yield


def asks_and_puts_aside(tab: Tab, site: Site) -> Iterator[None]:
    """A question without names, saved, opened again by its code, sent."""
    tab.opens(f"{site.address}/sv/ask")
    yield
    tab.presses(NEXT)
    yield
    tab.writes("[name=question]", WRITTEN)
    tab.presses("button[value=save]")
    yield
    code = _code(tab)
    tab.opens(f"{site.address}/sv/code")
    yield
    tab.writes("[name=code]", code)
    tab.presses(NEXT)
    yield
    tab.presses(NEXT)
    yield
    tab.chooses("[name=reply_by][value=code]")
    tab.presses(NEXT)
    yield
    tab.presses(SEND)
    yield


def applies_the_easy_way(tab: Tab, site: Site) -> Iterator[None]:
    """In easy Finnish, one question a page."""
    tab.opens(f"{site.address}/selko/easy")
    yield
    tab.presses("a[href*='/own/questions']")
    yield
    while not tab.has(SEND):
        if tab.has("[name=given_names]"):
            tab.writes("[name=given_names]", NAME)
        if tab.has("[name=safe_channels]"):
            tab.chooses("[name=safe_channels][value=phone]")
            tab.writes("[name=phone]", NUMBER)
        tab.presses(NEXT)
        yield
    tab.presses(SEND)
    yield


def talks_by_the_code(tab: Tab, site: Site) -> Iterator[None]:
    """Adds something, asks for a call, stops the messages, answers the question."""
    for errand in ("add", "call", "stop", "answer"):
        tab.opens(f"{site.address}/fi/code")
        tab.writes("[name=code]", site.code)
        tab.presses(NEXT)
        yield
        if errand == "answer":
            tab.presses("form[action$='/code/answer'] button")
        elif errand == "add":
            tab.chooses(".way:has([name=addition]) summary")
            tab.writes("[name=addition]", WRITTEN)
            tab.presses(".way:has([name=addition]) button")
        else:
            tab.chooses(f".way:has([formaction$='/code/{errand}']) summary")
            tab.presses(f"[formaction$='/code/{errand}']")
        yield
    tab.chooses("[name=can_answer][value=yes]")
    tab.writes("[name=answer]", WRITTEN)
    tab.presses(SEND)
    yield


def answers_by_a_link(tab: Tab, site: Site) -> Iterator[None]:
    tab.opens(f"{site.address}/fi/r/{site.link}")
    yield
    tab.writes("[name=factor]", site.link_code)
    tab.presses(NEXT)
    yield
    tab.chooses("[name=can_answer][value=yes]")
    tab.writes("[name=answer]", WRITTEN)
    tab.presses("button[value=files]")
    yield
    tab.takes("[name=file]", site.file)
    tab.presses("button[value=add]")
    yield
    tab.presses("button[value=done]")
    yield
    tab.presses(SEND)
    yield


def answers_for_an_authority(tab: Tab, site: Site) -> Iterator[None]:
    tab.opens(f"{site.address}/fi/r/{site.official_link}")
    yield
    tab.writes("[name=factor]", site.official_code)
    tab.presses(NEXT)
    yield
    tab.chooses("[name=can_answer][value=yes]")
    tab.writes("[name=answer]", WRITTEN)
    tab.writes("[name=answered_by]", NAME)
    tab.presses(SEND)
    yield


PAGES: Final[Mapping[Journey, int]] = {
    applies: 12,
    applies_with_children: 13,
    refers: 8,
    asks_and_puts_aside: 8,
    applies_the_easy_way: 15,
    talks_by_the_code: 9,
    answers_by_a_link: 6,
    answers_for_an_authority: 3,
}
"""On how many pages each journey pauses."""


def _code(tab: Tab) -> str:
    return "".join(tab.reads(".code").split())
