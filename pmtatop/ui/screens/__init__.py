"""The screens: the overview, one object in depth, the help."""
