"""For published schemes only, which import this module; new schemes import `rules`."""

from .rules import Annotation, Finding, flag, folded, many, one, remembered

__all__ = ["Annotation", "Finding", "flag", "folded", "many", "one", "remembered"]
