"""Values as words: dates, durations, sizes, names of what is enumerated."""
