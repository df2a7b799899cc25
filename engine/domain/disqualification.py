"""Grounds on which an official is disqualified from a matter (434/2003 28 §)."""

from __future__ import annotations

from enum import StrEnum


class DisqualificationGround(StrEnum):
    PARTY = "party"
    """They or someone close to them is a party, 1 paragraph 1."""
    ASSISTS = "assists"
    """They or someone close to them assists or represents a party, 1 paragraph 2."""
    GAINS = "gains"
    """The outcome brings them or someone close to them a particular benefit or harm, 1 paragraph 3."""
    EMPLOYED = "employed"
    """They are in the service of a party, or have a commission from one, 1 paragraph 4."""
    OTHER = "other"
    """Trust in their impartiality is endangered for another particular reason, 1 paragraph 7."""
