"""What annotators were shown of an article before they labelled it, as the last pull found it."""

from collections.abc import Iterable
from pathlib import Path

from .pulled_records import read_pulled, write_pulled
from .records import AnnotationDocument, Record


class Suggestion(Record):
    """A prediction of an article, and whether the annotator of a document was shown it."""

    article_id: str
    annotator_id: str
    #: Whether the annotator started from it; if not, it was kept back.
    shown: bool
    #: The share of articles that were to come without, when this one was drawn; None if it was not.
    without: float | None
    #: Without the text; its annotator is the model.
    prediction: AnnotationDocument

    @property
    def is_drawn(self) -> bool:
        """Whether chance decided if it was shown."""
        return self.without is not None and 0 < self.without < 1


def read_suggestions(path: Path) -> list[Suggestion]:
    """The suggestions of the last pull; none before there was one.

    Raises:
        DocumentError: The file is damaged.
    """
    return read_pulled(path, Suggestion)


def write_suggestions(path: Path, suggestions: Iterable[Suggestion]) -> None:
    """Write one suggestion a line, whole or not at all."""
    write_pulled(path, suggestions)
