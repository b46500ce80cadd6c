"""How long work says how far it is, whoever shows it: callbacks that functions take."""

from collections.abc import Callable
from typing import TypeAlias

#: Is given the name of each step before it begins.
OnStep: TypeAlias = Callable[[str], None]
#: Is given how much is done, and of how much.
OnCount: TypeAlias = Callable[[int, int], None]


def silent(*_: object) -> None:
    """Say nothing: nobody watches."""
