"""Checker of exported case records, written from the law and the schema alone."""

from .rules import check, check_linked

__all__ = ["check", "check_linked"]
