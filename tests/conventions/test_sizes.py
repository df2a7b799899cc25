"""The longest file tells where a design stopped: none passes 400 lines; each is named for its job."""

from __future__ import annotations

import re

from tests.conventions.tracked import named, shown

LONGEST = 400
VAGUE = re.compile(r"^(utils?|helpers?|common|base|misc|managers?|services?)$")


def test_no_file_is_longer_than_400_lines():
    long = {
        shown(path): lines
        for path in named(".py", ".js", ".mjs", ".html", ".css")
        # A migration is a record of one change, not a design: it is as long as what it creates.
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > LONGEST
    }

    assert long == {}


def test_every_module_is_named_for_what_it_holds():
    vague = {
        shown(path) for path in named(".py") if any(VAGUE.match(part) for part in [path.stem, *path.parts])
    }

    assert vague == set()
