"""Findings about lanes without people. None of them stops a publication, because people come and go."""

from __future__ import annotations

from typing import Final

from engine.bpmn.sentences import Severity

STAFF_SENTENCES: Final[dict[str, tuple[Severity, str, str]]] = {
    "role_unheld": (
        "warning",
        "Kukaan ei voi tehdä uimaradan ”{name}” tehtäviä, sillä kenelläkään ei ole roolia {role}. "
        "Tekijää jäisi odottamaan: {tasks}.",
        "Lisää henkilö, jolla on rooli {role}, tai valitse radalle toinen rooli.",
    ),
}
