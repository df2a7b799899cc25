"""Tries models out on the real engine, in a database that lives in memory and is gone afterwards.

Nothing of a try-out touches the real database, its keys, its people or the post: the people are invented, the key is
thrown away, and what would have been mailed is only shown.
"""
