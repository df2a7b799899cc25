"""The procedure as data: diagrams, decision tables, letter texts, guardrails. Nothing here executes."""
