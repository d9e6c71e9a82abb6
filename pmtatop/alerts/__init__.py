"""Findings to alerts: pending, firing, quiet, resolved; held or suppressed; grouped. Pure."""
