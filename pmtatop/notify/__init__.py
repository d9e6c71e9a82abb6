"""Alerts that leave the screen; today the terminal's bell."""
