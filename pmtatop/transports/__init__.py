"""The wire, once: deadlines, caps and pins for everything that speaks to another process."""
