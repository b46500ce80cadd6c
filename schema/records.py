"""For published schemes only, which import this module; new schemes import `rules`."""

from .rules import Party, Span

__all__ = ["Party", "Span"]
