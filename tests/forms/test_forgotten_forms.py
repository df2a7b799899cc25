"""A form that nobody has any more leaves nothing behind: a process owner's drafts make forms by the hundred."""

from __future__ import annotations

import gc
from weakref import ref

from forms.submission import accept
from tests.forms.writing import TODAY, asked, form, rows


def test_objects_made_for_a_form_go_with_it():
    definition = form(asked("name"), rows("children", asked("first_name")))
    accept(definition, {"name": ["Aino"]}, today=TODAY)
    known = ref(definition)
    del definition
    gc.collect()
    assert known() is None
