"""The Label Studio server: the only room that knows its API."""

from .client import LabelStudioClient

__all__ = ["LabelStudioClient"]
