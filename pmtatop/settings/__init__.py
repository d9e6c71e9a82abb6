"""TOML, environment and flags to one frozen Settings; an error names its file and line."""
