"""IBM Equal Access on an open page, a second opinion beside axe: what fails WCAG by it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page

BUILT = Path(__file__).resolve().parents[2] / "build" / "tests" / "equal_access.js"
NOT_TRUE: Final = {
    # The way past the menu is the first thing on a page, before every landmark.
    "aria_content_in_landmark": re.compile(r'class="skip-link"'),
    # A form without a name is no landmark (HTML-AAM), so nothing needs to tell it from others.
    "aria_form_label_unique": re.compile(r"<form\b(?!.*aria-label)"),
    "aria_landmark_name_unique": re.compile(r"<form\b(?!.*aria-label)"),
    # An area that scrolls takes the focus, as axe asks, and is still no control.
    "element_tabbable_role_valid": re.compile(r'role="region"'),
}
"""Rules, and the elements about which they are wrong."""
_RUN = """async () => {
  const report = await new ace.Checker().check(document, ["IBM_Accessibility"]);
  // It takes the label of a field in a folded part for hidden, and the field not.
  const isFolded = path => document.evaluate(path, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE, null)
    .singleNodeValue?.closest?.("details:not([open]) > :not(summary)");
  return report.results
    .filter(each => each.value[0] === "VIOLATION" && each.value[1] === "FAIL" && !isFolded(each.path.dom))
    .map(each => [each.ruleId, each.message, each.snippet]);
}"""


def failures(page: Page) -> list[str]:
    """Return each failure with the element. The list must be empty."""
    if not page.evaluate("'ace' in window"):
        page.evaluate(_script())
    return [
        f"{rule}: {message} {element[:200]}"
        for rule, message, element in page.evaluate(_RUN)
        if rule not in NOT_TRUE or not NOT_TRUE[rule].search(element)
    ]


@cache
def _script() -> str:
    if not BUILT.exists():
        pytest.fail("The front end is not built: make front")
    return f"{BUILT.read_text('utf-8')}; window.ace = ace;"
