"""The loop: sources -> parsing -> analysis -> alerts -> one immutable View per tick."""
