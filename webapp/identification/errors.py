"""Reasons why a visitor was not identified. None quotes the provider: its answer may hold personal data."""

from __future__ import annotations


class ProviderAway(Exception):
    """The identification service does not answer, or answers wrongly."""


class NotIdentified(Exception):
    """The visitor came back without valid proof. It names the reason for the operator's log, without the provider's words."""


class WithoutCode(Exception):
    """The person was identified, but has no Finnish personal identity code."""
