"""One file of a draft, put back to what is published."""

from __future__ import annotations

import pytest

from engine.commands.model_drafts import AddModelFile, PutBackModelDraft, PutBackModelFile
from engine.errors import NotFound
from tests.engine.commands.test_model_drafts import REQUEST, Studio
from tests.support.world import World


@pytest.fixture
def studio(world: World) -> Studio:
    return Studio(world)


def test_one_file_is_put_back_to_what_is_published_and_that_can_be_undone(studio):
    form = "forms/register.form"
    published = studio.reads(form)
    studio.saves(REQUEST, "Lähetä pyyntö", "Lähetä kirje")
    studio.saves(form, "Kirjaa", "Kirjoita")
    changed = studio.reads(form)

    studio.does(PutBackModelFile(studio.draft, form, studio.version))

    assert studio.reads(form) == published
    assert studio.page.summary.changed == (REQUEST,)
    event = studio.page.history[0].event
    assert (event.kind, event.note) == ("file_put_back", form)

    studio.does(PutBackModelDraft(studio.draft, event.id, studio.version))
    assert studio.reads(form) == changed
    with pytest.raises(NotFound):
        studio.does(PutBackModelFile(studio.draft, "forms/referral.form", studio.version))


def test_a_file_that_is_not_published_is_put_back_to_nothing(studio):
    path = studio.does(AddModelFile(studio.draft, "form", "Uusi lomake"))
    assert studio.page.summary.added == (path,)

    studio.does(PutBackModelFile(studio.draft, path, studio.version))

    assert studio.page.summary.changed == ()
