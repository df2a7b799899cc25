"""What the gate says: a code, and for each code a sentence a process owner understands and a way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

Severity = Literal["error", "warning", "advice"]


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    severity: Severity
    process_id: str | None
    element_id: str | None
    sentence: str
    way_out: str


SENTENCES: Final[dict[str, tuple[Severity, str, str]]] = {
    "unreadable": (
        "error",
        "Tiedostoa {file} ei voi lukea: {reason}",
        "Tallenna kaavio uudelleen kaavioeditorista.",
    ),
    "unparsed": ("error", "Kaaviota ei voi suorittaa: {reason}", "Korjaa merkitty kohta."),
    "format": ("error", "Tallennettu versio on tuntematonta muotoa {value}.", "Julkaise versio uudelleen."),
}


def finding(
    code: str, *, process_id: str | None = None, element_id: str | None = None, **values: Any
) -> Finding:
    severity, sentence, way_out = SENTENCES[code]
    return Finding(
        code, severity, process_id, element_id, sentence.format(**values), way_out.format(**values)
    )
