"""Invented people and history, and random walks through a bundle. Everything here acts through commands."""
