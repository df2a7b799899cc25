"""Replays facts of real cases on other models, in memory, and says what would have been otherwise.

Reads no table, sends nothing and keeps nothing.
"""
