"""A top for PowerMTA: what is not being delivered, to whom, why, since when, and what to do."""

__version__ = "0.1.0"
