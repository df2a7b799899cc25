"""Draws a page of a PDF or a picture as a new picture, in a child process in a cage: a file is looked at without being opened.

Typst's PDF reader is written in Rust; the cage holds what a hostile file might still get it to do.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from dataclasses import dataclass
from typing import Final

import typst

from engine import isolation
from engine.errors import Refusal

DRAWN: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
"""Kinds of files of which there are pictures."""
MOST_PAGES: Final = 2_000
SECONDS: Final = 20
MEMORY: Final = 1536 * 1024 * 1024
DOTS: Final = 110
"""An inch: a page of A4 is read at its full width, and has some hundred kilobytes."""
_FIRST: Final = 1


class NotDrawn(Refusal):
    sentence = "Tästä tiedostosta ei voi näyttää kuvaa. Lataa se omalle laitteellesi."


@dataclass(frozen=True, slots=True)
class DrawnPage:
    picture: bytes
    """PNG."""
    has_next: bool


def drawn_page(content: bytes, media_type: str, page: int, *, caged_only: bool = True) -> DrawnPage | None:
    """Return a page as a picture; None if there is no such page. Raise NotDrawn for a file that can't be drawn.

    Starts a process, so not inside a transaction. `caged_only`: refuse on a machine whose kernel has no cage.
    """
    kind = DRAWN.get(media_type)
    if kind is None:
        raise NotDrawn
    if not _FIRST <= page <= (MOST_PAGES if kind == "pdf" else _FIRST):
        return None
    caged = "caged" if caged_only else "anyhow"
    try:
        output = isolation.run_once(__name__, (kind, str(page), caged), content, SECONDS + 5, MEMORY)
    except (isolation.TookTooMuch, isolation.Failed) as broken:
        raise NotDrawn from broken
    answer = json.loads(output)
    if answer["state"] == "refused":
        raise NotDrawn
    if answer["state"] == "beyond":
        return None
    return DrawnPage(base64.b64decode(answer["picture"]), has_next=bool(answer["has_next"]))


# In the child.

_TEMPLATE: Final = """
#let given = bytes(json(bytes(sys.inputs.given)))
#let page-of-it = if sys.inputs.kind == "pdf" { (page: int(sys.inputs.page)) } else { (:) }
#set page(width: auto, height: auto, margin: 0pt)
#image(given, format: sys.inputs.kind, width: 210mm, ..page-of-it)
"""


def main() -> None:
    kind, page, caged = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    # One thread more than the cage lets begin would end the work.
    os.environ["RAYON_NUM_THREADS"] = "1"
    # A compiler forgets a template that is no file once it has used it: one for the page, one to ask for the next.
    compilers = [typst.Compiler(_TEMPLATE.encode(), font_paths=typst.Fonts(False, False, [])) for _ in "12"]
    isolation.limit(MEMORY, SECONDS)
    missing = isolation.shut()
    answer: dict[str, object] = {"state": "refused"}
    if caged != "caged" or isolation.holds(missing):
        given = {"given": json.dumps(list(sys.stdin.buffer.read())), "kind": kind}
        answer = _answer(compilers, given, page)
    sys.stdout.buffer.write(json.dumps(answer).encode())
    sys.stdout.buffer.flush()
    # A hostile file may have broken the reader's threads: an orderly end could hang.
    os._exit(0)


def _answer(compilers: list[typst.Compiler], given: dict[str, str], page: int) -> dict[str, object]:
    try:
        picture = _drawn(compilers[0], given, page)
    except typst.TypstError as refused:
        return {"state": "beyond" if _is_beyond(refused) else "refused"}
    has_next = False
    if given["kind"] == "pdf":
        try:
            _drawn(compilers[1], given, page + 1)
            has_next = True
        except typst.TypstError as refused:
            has_next = not _is_beyond(refused)
    return {"state": "drawn", "picture": base64.b64encode(picture).decode(), "has_next": has_next}


def _drawn(compiler: typst.Compiler, given: dict[str, str], page: int) -> bytes:
    made = compiler.compile(format="png", ppi=DOTS, sys_inputs={**given, "page": str(page)})
    return made if isinstance(made, bytes) else b""


def _is_beyond(refused: typst.TypstError) -> bool:
    return "does not exist" in str(refused)


if __name__ == "__main__":
    main()
