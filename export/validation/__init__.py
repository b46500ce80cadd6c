"""What is wrong in annotation documents: violations of the JSON Schema, broken constraints."""

from .checker import Checker, Purpose, check, errors
from .messages import Issue

__all__ = ["Checker", "Issue", "Purpose", "check", "errors"]
