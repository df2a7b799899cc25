"""The page of a person asks before something ends, and names who may confirm what takes two people."""

from __future__ import annotations

from flask import Flask

from engine.commands.people import AddPerson
from engine.domain.people import Role
from tests.support.browsing import signed_in
from tests.support.world import World


def test_the_page_names_who_may_confirm_and_the_menu_counts(world: World, app: Flask) -> None:
    roles = frozenset({Role.CASEWORKER})
    world.engine.perform(AddPerson("ulla", "Ulla Uusi", roles, reason="Aloittaa."), world.actor("yllapitaja"))
    proposer, other = signed_in(world, "yllapitaja", app), signed_in(world, "johtaja", app)
    page = proposer.get("/administration/people/ulla")
    confirmers = page.tree.xpath("//*[contains(text(), 'Voi vahvistaa')]")[0].text_content()
    assert world.people["johtaja"].name in confirmers
    assert world.people["yllapitaja"].name not in confirmers
    assert not page.tree.xpath("//*[@class='menu-count']"), "one's own proposal is not one's own to confirm"
    assert other.get("/tasks/").tree.xpath("//*[@class='menu-count']")[0].text_content().startswith("1")


def test_an_account_and_sessions_end_only_after_a_question(world: World, app: Flask) -> None:
    signed_in(world, "kasittelija", app)
    page = signed_in(world, "yllapitaja", app).get("/administration/people/kasittelija")
    for act in ("close", "sessions/end"):
        [form] = page.tree.xpath(f"//form[contains(@action, '{act}')]")
        assert form.getparent().tag == "details"
        assert "open" not in form.getparent().attrib
        assert "?" in form.getparent().text_content()
