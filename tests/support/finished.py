"""An office with matters that ended in several ways, and drafts to replay them on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta

from lxml import etree

from tests.support import answers as plain
from tests.support.second_version import BPMN, SPIFF, Tree, find, hear_the_child, with_property
from tests.support.story import Story
from tests.support.world import World

CANARY = "Kanarialintu"
"""Part of every answer that people give in their own words."""


def finished(world: World) -> dict[str, Story]:
    """Return one case of each kind, all closed; people's own words are marked."""
    written = {"given_names": f"{CANARY} Aino", "what_happened": f"{CANARY}: passi vietiin."}
    admitted, asked, urgent, refused, withdrawn, second = (Story(world) for _ in range(6))
    for story in (admitted, asked, refused, withdrawn, second):
        story.applies(**written)
    urgent.calls(given_names=f"{CANARY} Bela")
    urgent.does("paivystaja", "urgent_measures")
    urgent.does("paivystaja", "register", in_danger="yes", accommodation_needed="yes")
    urgent.does("paattaja", "oral_decision")
    withdrawn.until("sufficiency")
    withdrawn.withdraws()
    withdrawn.does("kasittelija", "withdraw")
    asked.until("sufficiency")
    asked.does("kasittelija", "sufficiency", enough="ask", reason=CANARY, missing=CANARY)
    request = plain.request("outside_authority", asked.today + timedelta(days=14))
    asked.does("kasittelija", "new_information_request", requests=[request], round_reason=CANARY)
    asked.passes(days=9)
    asked.answers("REQ-1")
    refused.until("assessment")
    refused.does(
        "kasittelija",
        "assessment",
        outcome_proposed="not_admitted",
        needs_help="no",
        hearing="unnecessary",
        hearing_exception="needless",
        hearing_unnecessary_reasons=f"{CANARY} kertoi kantansa itse.",
    )
    stories = {
        "admitted": admitted,
        "asked": asked,
        "urgent": urgent,
        "refused": refused,
        "withdrawn": withdrawn,
        "second": second,
    }
    for story in stories.values():
        story.ends()
    return stories


def one_task_more(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The child is heard before the assessment."""
    return _edited(files, "assess_and_resolve", hear_the_child)


def another_table(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """An ordinary matter gets twenty working days instead of thirty."""
    path = "urgency/target_dates.dmn"
    return {**files, path: files[path].replace(b"<text>30</text>", b"<text>20</text>")}


def one_question_less(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The form no longer asks if the information is enough, which a gateway reads."""
    path = next(path for path in files if path.endswith("sufficiency.form"))
    form = json.loads(files[path])
    form["components"] = [each for each in form["components"] if each.get("key") != "enough"]
    return {**files, path: json.dumps(form).encode()}


def one_question_more(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The child's own view is asked, and a gateway reads it. No earlier case has an answer."""
    form = {
        "type": "default",
        "id": "child_view",
        "schemaVersion": 19,
        "components": [
            {
                "type": "radio",
                "id": "Field_view",
                "key": "child_view",
                "label": "Mitä lapsi itse toivoo?",
                "values": [{"label": "Apua", "value": "for"}, {"label": "Ei apua", "value": "against"}],
                "validate": {"required": True},
                "properties": {"variable": "true", "class": "decision"},
            }
        ],
    }
    changed = _edited(files, "assess_and_resolve", _ask_the_child)
    return {**changed, "forms/child_view.form": json.dumps(form).encode()}


def _ask_the_child(tree: Tree) -> None:
    hear_the_child(tree)
    task = find(tree, "hear_child")
    for each in task.iter(f"{SPIFF}property"):
        if each.get("name") == "form_key":
            each.set("value", "child_view")
    with_property(task, "output", "{child_view: answers.child_view}")
    (condition,) = find(tree, "is_adverse__needs_hearing").iter(f"{BPMN}conditionExpression")
    condition.text = f'{condition.text} or child_view = "against"'


def _edited(files: Mapping[str, bytes], process: str, edit: Callable[[Tree], None]) -> dict[str, bytes]:
    path = f"{process}/process.bpmn"
    tree = etree.fromstring(files[path])
    edit(tree)
    return {**files, path: etree.tostring(tree, xml_declaration=True, encoding="UTF-8")}
