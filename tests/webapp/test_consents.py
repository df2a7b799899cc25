"""The consent ledger on the case page."""

from __future__ import annotations

from flask import Flask

from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story


def sends(browser: Visitor, story: Story, path: str, **typed: str) -> Page:
    page = browser.get(f"/cases/{story.reference}")
    address = f"/cases/{story.reference}/consents{path}"
    form = next(
        each for each in page.tree.xpath("//main//form") if each.get("action").partition("#")[0] == address
    )
    return browser.post(address, {**dict(form.form_values()), **typed})


def test_a_consent_is_recorded_and_taken_back(story: Story, app: Flask) -> None:
    story.is_referred()
    browser = signed_in(story.world, "kasittelija", app)
    today = f"{story.today:%d.%m.%Y}"
    facts = {"purpose": "information_request", "recipient": "police", "state": "given"}

    refused = sends(browser, story, "", **facts, given_on="joskus", note="Hän haluaa apua.")
    assert refused.status == 422
    assert "Kirjoita päivä muodossa" in refused.text
    assert refused.tree.xpath("//input[@name='given_on']/@value") == ["joskus"]
    assert "Valitse, miten suostumus kysyttiin" in sends(browser, story, "", **facts, given_on=today).text
    assert sends(browser, story, "", **facts, given_on=today, given_how="phone").status == 303
    assert "poliisi" in browser.get(f"/cases/{story.reference}").text

    key = str(story.file.consents[-1].id)
    late = f"{story.today.replace(year=2030):%d.%m.%Y}"
    refused = sends(browser, story, "/withdraw", consent=key, withdrawn_on=late, how="phone")
    assert refused.status == 422
    assert refused.tree.xpath("//input[@name='withdrawn_on'][@value!='']/@value") == [late]
    assert sends(browser, story, "/withdraw", consent=key, withdrawn_on=today, how="phone").status == 303
    assert [each.state for each in story.file.consents] == ["given", "given", "withdrawn"]
    again = sends(browser, story, "/withdraw", consent=key, withdrawn_on=today, how="phone")
    assert again.status == 409
