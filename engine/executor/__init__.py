"""One command, one transaction, one actor, one moment; and the functions with which commands declare who may perform them."""

from engine.executor.engine import Command, Engine, Operation, Query, Work

__all__ = ["Command", "Engine", "Operation", "Query", "Work"]
