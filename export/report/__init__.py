"""The agreement report, for people and for programs."""
