"""The world to bytes: polls, followed files and recordings, all behind one Protocol."""
