"""The panes: each draws its lines itself, redraws what changed, and fails alone."""
