"""The pictures of README.md, taken anew from the demonstration: `python -m docs.pictures`. Needs Chromium and the built front end."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize

from engine.bootstrap import build_engine
from engine.clock import HELSINKI
from engine.settings import EngineSettings
from engine.simulation.demonstration_people import PASSWORD
from engine.simulation.environment import Clock
from tests.support.chromium import chromium, page
from tests.support.server import serving
from webapp.cli import main as vireille

HERE = Path(__file__).resolve().parent
SIZE = ViewportSize(width=1280, height=800)
COLOURS = 128
Colour = tuple[int, ...]
LIMIT = 150_000
"""Bytes: a reader of the README waits for all of them at once."""


def main() -> None:
    with TemporaryDirectory() as folder:
        vireille(["demo", "--var", folder], standalone_mode=False)
        settings = EngineSettings.from_environment(
            {"VIREILLE_VAR": folder, "VIREILLE_DEMONSTRATION": "yes", **os.environ}
        )
        with (
            closing(build_engine(settings, now=Clock(morning()))) as engine,
            serving(engine) as address,
            chromium() as browser,
        ):
            for name, (who, go) in PICTURES.items():
                take(browser, address, name, who, go)


def morning() -> datetime:
    """Today in the office, whenever the pictures are taken."""
    return datetime.combine(datetime.now(HELSINKI), time(10, 15), tzinfo=HELSINKI).astimezone(UTC)


def take(browser: Browser, address: str, name: str, who: str, go: Callable[[Page], object]) -> None:
    with page(browser, address, size=SIZE) as opened:
        opened.clock.set_fixed_time(morning())
        if who:
            sign_in(opened, who)
        go(opened)
        opened.evaluate("document.fonts.ready")
        opened.mouse.move(0, 0)
        keep(opened.screenshot(), HERE / f"{name}.png")


def sign_in(opened: Page, who: str) -> None:
    opened.goto("/sign-in")
    opened.get_by_label("Käyttäjätunnus").fill(who)
    opened.get_by_label("Salasana").fill(PASSWORD)
    opened.get_by_role("button", name="Kirjaudu", exact=True).click()
    opened.get_by_role("button", name="Kirjaudu ulos").wait_for()


def keep(shot: bytes, file: Path) -> None:
    """With a palette: half of it the commonest colours as they are, half what covers the rest."""
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    counted = sorted(picture.getcolors(picture.width * picture.height) or (), reverse=True)
    common = [colour for _, colour in counted[:COLOURS]]
    rest = picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = common + [tuple(rest[at : at + 3]) for at in range(0, len(rest), 3)]
    # Pillow's own way to a palette is only nearly right: white comes out as grey.
    nearest = {colour: _nearest(palette, colour) for _, colour in counted}
    few = Image.new("P", picture.size)
    few.putpalette([part for colour in palette for part in colour])
    few.putdata([nearest[colour] for colour in picture.get_flattened_data()])
    few.save(file, optimize=True)
    if file.stat().st_size > LIMIT:
        raise SystemExit(f"{file.name}: {file.stat().st_size} bytes")


def _nearest(palette: Sequence[Colour], colour: Colour) -> int:
    def distance(at: int) -> int:
        return sum((one - other) ** 2 for one, other in zip(palette[at], colour, strict=True))

    return min(range(len(palette)), key=distance)


def task(opened: Page) -> None:
    opened.goto("/tasks/")
    opened.get_by_role("link", name="Arvioi asia").first.click()
    opened.get_by_role("button", name="Vapauta tehtävä").wait_for()


def case(opened: Page) -> None:
    """The one whose requests nobody answers."""
    opened.goto("/oversight/stalled")
    opened.get_by_role("main").get_by_role("link", name="2026-").first.click()
    opened.get_by_role("heading", name="Nyt").wait_for()


def studio(opened: Page) -> None:
    opened.goto("/models/")
    opened.get_by_label("Uuden luonnoksen nimi").fill("Muistutus jo kolmantena päivänä")
    opened.get_by_role("button", name="Aloita muutos").click()
    processes = opened.get_by_role("region", name="Prosessit")
    processes.get_by_role("link", name="Tietopyyntö", exact=True).click()
    opened.locator("#canvas[data-ready]").wait_for()
    opened.locator("[data-element-id=send_request] .djs-hit").first.click(force=True)
    opened.locator("#bio-properties-panel-vireille-operation").select_option("")
    opened.get_by_role("button", name="Tarkista").click()
    opened.locator("#findings [data-element=send_request]").first.wait_for()


PICTURES: dict[str, tuple[str, Callable[[Page], object]]] = {
    "start": ("", lambda opened: opened.goto("/fi/")),
    "inbox": ("kasittelija", lambda opened: opened.goto("/tasks/?view=team")),
    "task": ("kasittelija", task),
    "case": ("esihenkilo", case),
    "studio": ("omistaja", studio),
    "oversight": ("esihenkilo", lambda opened: opened.goto("/oversight/")),
}
"""Name, who looks, and how they get there."""


if __name__ == "__main__":
    main()
