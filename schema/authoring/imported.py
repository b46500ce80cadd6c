"""What was read from another tool's configuration, and what of it no scheme can express."""

from dataclasses import dataclass

from .draft import DraftField, DraftRelation, DraftSpanType


class NoConfig(ValueError):
    """A text is no configuration of the kind that it is read as."""

    def __init__(self, line: int, fact: str) -> None:
        super().__init__(fact)
        #: Line of the text, from 1.
        self.line = line


@dataclass(frozen=True)
class Unexpressed:
    """Something that a configuration says and a scheme has no word for."""

    #: Line of the text, from 1.
    line: int
    #: The tag or the words that say it.
    place: str
    fact: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.place}: {self.fact}"


@dataclass(frozen=True)
class Imported:
    """What a scheme can say of a configuration, and what it cannot."""

    span_types: tuple[DraftSpanType, ...] = ()
    relations: tuple[DraftRelation, ...] = ()
    labels: tuple[DraftField, ...] = ()
    unexpressed: tuple[Unexpressed, ...] = ()
