"""The publish gate's findings about forms and the parts that they include."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from engine.bpmn import Finding
from engine.bpmn.findings import finding
from engine.errors import Refusal
from engine.feel import parse
from engine.models.bundle import PARTS, is_form, parts_in
from forms.errors import InvalidDefinition, KeyTwice, PartInItself, UnknownPart
from forms.inclusion import parts_within
from forms.kept_by_content import kept_by_content
from forms.parsing import parse_form, parse_part
from forms.views import unregistered

_CODES: Mapping[type[InvalidDefinition], str] = {
    UnknownPart: "part_unknown",
    PartInItself: "part_in_itself",
    KeyTwice: "question_twice",
}


def form_findings(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """Yield findings about forms. A fault in a part is reported once, in the part, not in each form that includes it."""
    parts = parts_in(files)
    broken: set[str] = set()
    # The parts first: they tell which forms need no sentence of their own.
    for path in sorted(filter(is_form, files), key=lambda each: (not each.startswith(PARTS), each)):
        within = parts_within(files[path], parts)
        included = tuple((each, parts[each]) for each in sorted(within) if each in parts)
        found = _form_findings(path, files[path], included)
        part = PurePosixPath(path).stem if path.startswith(PARTS) else ""
        if part and any(each.severity == "error" for each in found):
            broken.add(part)
        if part in within or not broken & (within - {part}):
            yield from found


@kept_by_content(300)
def _form_findings(path: str, data: bytes, parts: tuple[tuple[str, bytes], ...]) -> tuple[Finding, ...]:
    """Return the findings of one file."""
    key = PurePosixPath(path).stem
    try:
        if path.startswith(PARTS):
            parse_part(key, data, parse=parse, parts=dict(parts))
            return ()
        form = parse_form(key, data, parse=parse, parts=dict(parts))
    except InvalidDefinition as broken:
        code = _CODES.get(type(broken), "form_unreadable")
        values = {name: str(value) for name, value in broken.values.items()}
        values |= {"file": path, "reason": broken.sentence}
        return (finding(code, element_id=broken.where, **values),)
    except (Refusal, ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        reason = str(broken) or type(broken).__name__
        return (finding("form_unreadable", file=path, reason=reason),)
    return tuple(
        finding("question_unregistered", element_id=question, file=path) for question in unregistered(form)
    )
