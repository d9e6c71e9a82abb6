"""Model to findings: who refuses what, why, how unusual that is, and what to consider. Pure."""
