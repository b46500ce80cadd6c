"""Read what annotators said: each of them once about an article, and gold annotations left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from signalbook.schema.documents.annotators import is_gold, spellings, with_one_spelling
from signalbook.schema.documents.derived import completed
from signalbook.schema.documents.jsonl import read_as_written
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.documents.repeats import refuse_repeats
from signalbook.schema.documents.same_article import refuse_other_texts
from signalbook.schema.documents.same_scheme import refuse_other_schemes
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.text import counted


@dataclass(frozen=True)
class AnnotatorsDocuments:
    """The documents of annotators, and where gold annotations were among them."""

    documents: list[AnnotationDocument]
    #: Places of the gold annotations that were left out.
    gold: tuple[str, ...] = ()

    @property
    def warnings(self) -> list[str]:
        """That gold annotations were left out, if there were some."""
        if not self.gold:
            return []
        left_out = counted(
            len(self.gold),
            "gold annotation is left out: it is",
            "gold annotations are left out: they are",
        )
        return [f"{self.gold[0]}: {left_out} nobody's own"]


def read_annotators(paths: Iterable[Path], scheme: Scheme) -> AnnotatorsDocuments:
    """Read every annotator's document of these files and folders, with what follows from it.

    Raises:
        DocumentError: naming file and line of everything that is not a document of this scheme.
        FindingsError: naming the places of documents of one article by one annotator, or of two
            texts.
    """
    places, written = read_as_written(paths)
    refuse_other_schemes(written, scheme, places)
    placed = [*zip(places, with_one_spelling(written, spellings(written)), strict=True)]
    own = [(place, document) for place, document in placed if not is_gold(document)]
    documents = [completed(document, scheme) for _, document in own]
    places = [place for place, _ in own]
    refuse_repeats(documents, places)
    refuse_other_texts(documents, places)
    return AnnotatorsDocuments(documents, tuple(p for p, document in placed if is_gold(document)))


def read_gold(path: Path, scheme: Scheme) -> list[AnnotationDocument]:
    """Read the gold annotations of a file, with what follows from each.

    Raises:
        DocumentError: naming file and line of everything that is not a document of this scheme.
    """
    places, documents = read_as_written([path])
    refuse_other_schemes(documents, scheme, places)
    spelled = with_one_spelling(documents, spellings(documents))
    return [completed(document, scheme) for document in spelled]
