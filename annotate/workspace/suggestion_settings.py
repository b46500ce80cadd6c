"""How many articles come without suggestions: what signalbook.toml says under [suggestions]."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from signalbook.schema.errors import UsageError
from signalbook.schema.scheme.model import Json

#: What the seed of an assignment may be, too.
_SEEDS = range(2**31)


@dataclass(frozen=True)
class SuggestionSettings:
    """Which of the articles that there is a prediction for are labelled without seeing it."""

    #: Share of the articles, from 0 to 1.
    without: float = 0.0
    #: Decides which articles these are.
    seed: int = 1


def suggestion_settings(path: Path, values: Mapping[str, Json]) -> SuggestionSettings:
    """The settings in a file.

    Args:
        path: File that they stand in, for messages.
        values: `table.key` -> value, each of its kind.

    Raises:
        UsageError: One is impossible.
    """
    without = cast("float", values.get("suggestions.without", 0.0))
    seed = cast("int", values.get("suggestions.seed", 1))
    if not 0 <= without <= 1:
        raise UsageError(
            f"{path}: [suggestions] without is {without}; write a share from 0 to 1, such as 0.2"
        )
    if seed not in _SEEDS:
        fact = f"seed is {seed}; write a number from 0 to {_SEEDS[-1]:,}"
        raise UsageError(f"{path}: [suggestions] {fact}")
    return SuggestionSettings(float(without), seed)
