"""One command, one transaction, one actor, one moment; and the sentences in which commands say who may do them."""

from engine.executor.engine import Command, Engine, Operation, Query, Work

__all__ = ["Command", "Engine", "Operation", "Query", "Work"]
