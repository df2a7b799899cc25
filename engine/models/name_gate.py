"""The publish gate's findings about names in other languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from engine.bpmn import Finding
from engine.bpmn.element_names import names_in
from engine.bpmn.findings import finding
from engine.models.bundle import NAMES, Bundle, model_files
from forms.kept_by_content import kept_by_content

LANGUAGES: Final = ("sv", "en")
"""Of staff, beside Finnish."""
_LISTED: Final = 5
"""Names in one sentence; of more, their number is given."""


def name_findings(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """Yield a finding for each diagram with names that people see and a language lacks. A bundle without a catalogue
    of a language is not in that language."""
    names = Bundle({path: data for path, data in files.items() if path.startswith(NAMES)}).names
    for path, data in sorted(model_files(files).items()):
        drawn = _names_in(data)
        for language in LANGUAGES:
            known = names[language].known if language in names else drawn
            missing = [each for each in drawn if each not in known]
            if missing:
                process = PurePosixPath(path).parent.name
                yield finding(
                    f"name_lacks_{language}",
                    process_id=process,
                    element_id=drawn[missing[0]] or None,
                    process=process,
                    names=_listed(missing),
                )


_names_in = kept_by_content(200)(names_in)


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"”{each}”" for each in names[:_LISTED])
    return shown if len(names) <= _LISTED else f"{shown} (+{len(names) - _LISTED})"
