"""The real engine in memory, with invented people and a clock one can push.

Five callers: try-outs, scenarios, random walks, the demonstration, replays. No try-out leaves the machine's memory:
there is no mail, no case, and no key of the real database.
"""
