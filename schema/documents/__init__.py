"""Annotation documents: records, files of them, and what a constraint finds in one."""
