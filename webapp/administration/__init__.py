"""The administrators' pages: people, their powers, sessions, programs, and the log of all that. They show no case."""

from webapp.administration import absences, accounts, log, people, powers, programs, receivers
from webapp.administration.blueprint import MENU, blueprint

__all__ = ["MENU", "absences", "accounts", "blueprint", "log", "people", "powers", "programs", "receivers"]
