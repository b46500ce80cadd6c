"""For published schemes only, which import this module; new schemes import `rules`."""

from .rules import codes

__all__ = ["codes"]
