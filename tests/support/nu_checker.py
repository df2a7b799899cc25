"""The Nu Html Checker over pages as they were sent: one run of Java for all of them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.support import npm
from tests.support.debian import needed

HERE: Final = Path(__file__).with_name("nu")
JAR: Final = HERE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
ADVICE: Final = re.compile(r"(Section|Article) lacks heading\. Consider")
"""Its one piece of advice that is not followed: a part may be set apart by a line alone."""


def structure_of(page: str) -> str:
    """Return a page without its words, numbers and ids: pages that are built alike are right or wrong alike."""
    return re.sub(r'"[^"]*\d[^"]*"', '""', re.sub(r">[^<]*<", "><", page))


def mistakes(pages: Mapping[str, str], folder: Path) -> list[str]:
    """Return what is not valid on the pages, each named by how it was reached. Skip without Java or its packages."""
    java = needed("Java", "default-jre-headless", _java)
    npm.install(HERE)
    names = {}
    for number, (name, page) in enumerate(pages.items()):
        (folder / f"{number}.html").write_text(page, "utf-8")
        names[f"{number}.html"] = name
    # Its grammar of HTML is deep.
    command = [java, "-Xss64m", "-jar", JAR, "--format", "json", "--exit-zero-always", folder]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return [
        f"{names[each['url'].rpartition('/')[2]]}: {each['message']} {each.get('extract', '')}"
        for each in json.loads(ran.stderr)["messages"]
        if not ADVICE.match(each["message"])
    ]


def _java() -> Path | None:
    found = shutil.which("java")
    return Path(found) if found else None
