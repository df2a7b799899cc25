"""Numbers fixed by an Act, each with its section. Those that the authority may choose are in decision tables instead."""

from __future__ import annotations

from typing import Final

APPEAL_DAYS: Final = 30
"""Appeal period, from being served (808/2019 13 §)."""
LEAVE_DAYS: Final = 30
"""Time to ask the supreme administrative court for leave to appeal, from being served (808/2019 13, 107 §)."""
PRESUMED_SERVICE_DAYS: Final = 7
"""A letter is presumed to arrive on the seventh day after sending, unless shown otherwise (434/2003 59 §; a court's: 808/2019 93 §)."""
CORRECTION_YEARS: Final = 5
"""A decision is corrected on an initiative or demand made within five years (434/2003 52 §)."""
HEARD_AGE: Final = 12
"""A child of twelve is given the opportunity to be heard (746/2011 5 §; 434/2003 34 §)."""
OWN_SAY_AGE: Final = 15
"""From this age a minor and the guardian each speak, and are served, separately (434/2003 14, 56 §)."""
ADULT_AGE: Final = 18
REFLECTION_DAYS: Final = 30
REFLECTION_MONTHS: Final = 6
"""A reflection period is at least thirty days and in all at most six months, however often extended (301/2004 52 b §)."""
