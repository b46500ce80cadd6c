"""Annotation documents become tables, splits and content hashes."""
