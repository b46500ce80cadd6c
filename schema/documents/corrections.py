"""What annotators are asked to repair, and what came of asking them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Correction:
    """One thing that an annotator is asked to repair in a document."""

    article_id: str
    annotator_id: str
    #: Id of the rule that does not hold.
    rule: str
    #: JSON Pointer into the document.
    path: str
    #: What is wrong, in words of the annotator.
    sentence: str


@dataclass(frozen=True)
class SentList:
    """What an annotator is shown beside an article."""

    annotator: str
    #: E-mail address of the annotator's account.
    account: str
    article: str
    #: Where it is shown.
    task: str
    #: How many findings are in it; with none, the list was emptied.
    findings: int
    #: How many of them were not sent before.
    new: int


@dataclass(frozen=True)
class SentBack:
    """What sending corrections came to."""

    #: The lists that have changed.
    lists: tuple[SentList, ...] = ()
    #: How many findings annotators are shown already.
    present: int = 0
    #: What was not sent, and why, in words.
    problems: tuple[str, ...] = ()


#: Sends corrections to a server, by its URL if one is named; or, given True, only tells what it would do.
SendBack: TypeAlias = Callable[[Sequence[Correction], str | None, bool], SentBack]
