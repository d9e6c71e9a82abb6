"""What could be changed in PMTA, as data; nothing here sends anything."""
