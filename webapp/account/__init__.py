"""Signing in and out, and a staff member's own settings."""

from webapp.account import invitation, own_sessions, own_sign_in, proof, sign_in, views
from webapp.account.blueprint import blueprint

__all__ = ["blueprint", "invitation", "own_sessions", "own_sign_in", "proof", "sign_in", "views"]
