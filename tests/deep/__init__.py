"""Deep runs: what a test run asks a little of, asked thousands of times, from a seed, and taken up again after a kill."""
