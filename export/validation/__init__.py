"""What is wrong in annotation documents: violations of the JSON Schema, broken constraints."""

from .checker import Checker, Issue, Purpose, check, errors

__all__ = ["Checker", "Issue", "Purpose", "check", "errors"]
