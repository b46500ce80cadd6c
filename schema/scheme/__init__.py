"""A scheme file, and the value that it is read as."""

from .model import Json

__all__ = ["Json"]
