"""What was: the series that charts and baselines ask for; today in memory, for one session."""
