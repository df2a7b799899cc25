"""Values in words: dates, durations, sizes, names of enumerated values."""
