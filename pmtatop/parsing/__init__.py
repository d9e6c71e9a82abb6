"""Bytes to model, pure: one file per PMTA surface; strangers' text is made safe here."""
