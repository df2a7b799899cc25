"""The words of models: printed whole, kept in the reference, and the same in the editor."""

from __future__ import annotations

import re

from engine.bpmn.host_functions import NAMES, SIGNATURES, functions
from engine.bpmn.vocabulary import PROPERTIES, TIMERS
from tests.conventions.tracked import ROOT
from tests.engine.bpmn.standins import environment

TABLE = (ROOT / "webapp" / "frontend" / "src" / "properties" / "table.js").read_text("utf-8")


def test_every_function_of_models_has_a_line() -> None:
    named = {call.partition("(")[0] for call in SIGNATURES}
    assert named == set(functions(environment(1))) | NAMES


def test_the_editor_offers_the_same_timers_and_properties() -> None:
    timers = TABLE.partition("export const TIMERS = [")[2].partition("]")[0]
    assert set(re.findall(r"'(\w+)'", timers)) == set(TIMERS)
    assert set(re.findall(r"\{ name: '(\w+)'", TABLE)) == set(PROPERTIES)
