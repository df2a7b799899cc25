"""Forms as pages and as paper."""
