"""The real engine in memory, with invented people and a clock that can be set forward.

An *environment* is such an engine with its clock and people; an *image* is the database of an environment before its
first case, kept to be copied.

Five callers: try-outs, scenarios, random walks, the demonstration, replays. A try-out stays in the machine's memory:
it sends no mail and has no case and no key of the real database.
"""
