"""The View for programs: today the answer to "is it healthy"."""
