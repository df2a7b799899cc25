"""Ways to redraw the shipped diagrams: lead an arrow elsewhere, take a milestone off, delete an element."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.engine.bpmn.shipped import processes

Edit = Callable[[dict[str, str]], None]


def edited(edit: Edit) -> dict[str, bytes]:
    texts = {path: data.decode() for path, data in processes().items()}
    edit(texts)
    return {path: text.encode() for path, text in texts.items()}


def _file(process: str) -> str:
    return f"{process}/process.bpmn"


def replaced(process: str, old: str, new: str) -> Edit:
    def edit(texts: dict[str, str]) -> None:
        text = texts[_file(process)]
        assert old in text, old
        texts[_file(process)] = text.replace(old, new)

    return edit


def led(process: str, flow: str, target: str) -> Edit:
    """The arrow ends elsewhere."""

    def edit(texts: dict[str, str]) -> None:
        text = texts[_file(process)]
        pattern = rf'(<bpmn:sequenceFlow id="{flow}"[^>]*targetRef=")[^"]*"'
        assert re.search(pattern, text), flow
        texts[_file(process)] = re.sub(pattern, rf'\g<1>{target}"', text)

    return edit


def without(process: str, *ids: str) -> Edit:
    """Elements and arrows are deleted, with the arrows of the elements."""

    def edit(texts: dict[str, str]) -> None:
        text = texts[_file(process)]
        for each in ids:
            tag = re.search(rf'<bpmn:(\w+) id="{each}"', text)
            assert tag, each
            kind = tag.group(1)
            text = re.sub(
                rf'<bpmn:{kind} id="{each}"(?:[^>]*/>|[^>]*>.*?</bpmn:{kind}>)', "", text, flags=re.DOTALL
            )
            for end in ("sourceRef", "targetRef"):
                text = re.sub(
                    rf'<bpmn:sequenceFlow [^>]*{end}="{each}"(?:[^>]*/>|[^>]*[^/]>.*?</bpmn:sequenceFlow>)',
                    "",
                    text,
                    flags=re.DOTALL,
                )
        texts[_file(process)] = text

    return edit


def without_text(process: str, pattern: str) -> Edit:
    """Only the group is kept of what matches."""

    def edit(texts: dict[str, str]) -> None:
        text, count = re.subn(pattern, r"\1", texts[_file(process)])
        assert count == 1, pattern
        texts[_file(process)] = text

    return edit


def kind(process: str, element: str, tag: str) -> Edit:
    """The element becomes one of another kind."""

    def edit(texts: dict[str, str]) -> None:
        text = texts[_file(process)]
        pattern = rf'<bpmn:(\w+) (id="{element}"[^>]*>.*?)</bpmn:\1>'
        text, count = re.subn(pattern, rf"<bpmn:{tag} \2</bpmn:{tag}>", text, count=1, flags=re.DOTALL)
        assert count == 1, element
        texts[_file(process)] = text

    return edit


def milestone_off(process: str, name: str) -> Edit:
    return replaced(process, f'<spiffworkflow:property name="milestone" value="{name}" />', "")
