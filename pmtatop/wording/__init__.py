"""Model to words: durations, sizes, bars, the JSON and the text of a View; every face uses it."""
