"""A process owner brings in a diagram from another tool: it is laid out, and the editor shows all of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.engine.models.foreign.shapes import files
from tests.support.chromium import follow
from tests.support.studio_pages import begin, ready

FOREIGN = {name: data for name, _, data in files()}
STEPS = {
    "camunda7-pools": "s t e pool you l1 l2 mf",
    "flowable-with_a_clock": "s t b r e e2",
    "visio-nested": "s sub is it ie c e",
}


@pytest.mark.parametrize("name", STEPS)
def test_a_diagram_that_nobody_had_drawn_opens_in_the_editor_whole(sign_in, tmp_path, name):
    file = tmp_path / f"{name}.bpmn"
    file.write_bytes(FOREIGN[name])
    page = sign_in("omistaja")
    begin(page)

    page.get_by_label("Tiedosto", exact=True).set_input_files(file)
    follow(page.get_by_role("button", name="Tuo luonnokseen"))

    # At the top, and not above what is seen.
    expect(page.get_by_text("kaavio on aseteltu").first).to_be_in_viewport()
    expect(page.locator("#findings")).to_contain_text("estää julkaisun")
    key = "sheet_p" if name.startswith("visio") else "node_p"
    follow(page.get_by_role("region", name="Prosessit").get_by_role("link", name=key, exact=True))
    ready(page)
    ids = page.locator("[data-element-id]").evaluate_all("all => all.map(one => one.dataset.elementId)")
    missing = [
        key for key in STEPS[name].split() if not any(each.endswith((f"_{key}", f".{key}")) for each in ids)
    ]
    assert missing == []
