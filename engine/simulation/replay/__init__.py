"""Replays what happened in real cases on another version of the models, in memory: what would have changed.

It is given facts and gives back differences. It reads no table, sends nothing and keeps nothing.
"""
