"""A corrected copy repeats the decision as it was signed, but for what the correction names (434/2003 51 §)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.casework.decision_corrections import AS_OF, CORRECTED, REPEATS, WORDED, changed_details
from engine.casework.recordings.recording import Recording
from engine.casework.resolution_letter import Draft, draft_of, worded
from engine.domain.decision_corrections import Letter
from engine.executor import Work
from engine.storage.resolutions import Resolution

_DETAILS: Final = ("person_name", "person_born_on")
_OF_THE_DECISION: Final = frozenset({"replaces_number", "replaces_decided_on"})
"""A copy of a decision that was made in place of another goes on to name that other one."""
_OF_THE_COPY: Final = frozenset({"is_instructed_anew"})
"""Values by which a copy counts its own time, also where it repeats a copy that was made before."""


def repeated_words(
    work: Work, recording: Recording, decision: Resolution, content: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the letter of the decision with what the correction changes in it. Details of the person that were corrected
    since follow only where the correction is of them, and names them."""
    unchanged = {**decision.content, AS_OF: content[AS_OF]}
    before = _drawn(work, recording, decision, decision.kind, decision.outcome, unchanged)
    after = _drawn(work, recording, decision, CORRECTED, Letter.COPY, content)
    names = {*before.values, *after.values}
    changed = {
        name: after.values.get(name, "")
        for name in names - _OF_THE_DECISION
        if before.values.get(name) != after.values.get(name) or name in _OF_THE_COPY
    }
    signed = _as_signed(work, recording, decision, before)
    kept = {name: before.values[name] for name in _OF_THE_DECISION if name in before.values}
    values = {name: value for name, value in {**signed["values"], **kept, **changed}.items() if value}
    follows = () if recording.text("wrong_text") else _DETAILS
    return {**signed, "values": values, "follows": list(follows)}


def _drawn(
    work: Work,
    recording: Recording,
    decision: Resolution,
    kind: str,
    outcome: str,
    content: Mapping[str, Any],
) -> Draft:
    """Return the letter by the register as it is now, also of a copy that repeats words from before."""
    return draft_of(
        work,
        recording.case,
        recording.models,
        kind=kind,
        outcome=outcome,
        language=decision.language,
        content={name: value for name, value in content.items() if name != REPEATS},
    )


def _as_signed(work: Work, recording: Recording, decision: Resolution, now: Draft) -> Mapping[str, Any]:
    """Of a decision from before its words were kept, the person's details are known from their corrections."""
    kept = decision.content.get(WORDED)
    if kept is not None:
        return dict(kept)
    were = {name: was for name, (was, _) in changed_details(work, recording.case, decision).items()}
    found = worded(now)
    return {**found, "values": {**found["values"], **were}}
