"""Replays the facts of real cases on other models, in memory, and reports what would have been different.

Facts are one case without anyone in it (`engine.casework.replay_facts`). Nothing here reads a table, sends or stores
anything.
"""
