"""Versions of models: bundles, the publish gate, imports, comparison, documentation."""
