"""A further table of the agreement report, under a heading of its own."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

By: TypeAlias = Literal["label", "annotator", "month"]
Cell: TypeAlias = str | int | float | None


@dataclass(frozen=True)
class Section:
    """What the page, the Markdown and the JSON all show."""

    id: str
    title: str
    text: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
