"""Why nobody was identified. None of them says what the provider said: that may hold what tells of a person."""

from __future__ import annotations


class ProviderAway(Exception):
    """The identification service does not answer, or not with what it promised to answer with."""


class NotIdentified(Exception):
    """Someone came back without proof that holds."""


class WithoutCode(Exception):
    """Identified strongly, but as someone who has no Finnish personal identity code."""
