"""Take the spellings of an annotator's id for one person: case, blanks, composed letters."""

from collections import Counter
from collections.abc import Iterable, Mapping
from unicodedata import normalize

from .records import AnnotationDocument

#: Whose annotations gold annotations are said to be.
GOLD_ID = "gold"


def is_gold(document: AnnotationDocument) -> bool:
    """Whether this is the gold annotation of its article, and nobody's own."""
    return document.annotator.id == GOLD_ID


def plain_name(name: str) -> str:
    """A name in one spelling: composed letters, no blanks around it."""
    return normalize("NFC", name).strip()


def spellings(documents: Iterable[AnnotationDocument]) -> dict[str, str]:
    """Id of an annotator as it is written -> the spelling that it is taken for.

    That is the one that most documents have, and of several the first in the order of letters.
    """
    written = Counter(document.annotator.id for document in documents)
    plain: dict[str, Counter[str]] = {}
    for id, count in written.items():
        plain.setdefault(_folded(id), Counter())[plain_name(id)] += count
    chosen = {
        folded: min(counts, key=lambda name: (-counts[name], name))
        for folded, counts in plain.items()
    }
    return {id: chosen[_folded(id)] for id in written}


def with_one_spelling(
    documents: Iterable[AnnotationDocument], taken_for: Mapping[str, str]
) -> list[AnnotationDocument]:
    """The documents, with every annotator's id in the spelling that it is taken for."""
    return [
        document
        if taken_for[document.annotator.id] == document.annotator.id
        else document.with_annotator(
            document.annotator.model_copy(update={"id": taken_for[document.annotator.id]})
        )
        for document in documents
    ]


def difference(id: str, other: str) -> str:
    """What two spellings of one id differ in."""
    if plain_name(id) == plain_name(other):
        return "in blanks or composed letters alone"
    is_of_case = normalize("NFC", id.casefold()) == normalize("NFC", other.casefold())
    return "in case alone" if is_of_case else "in case, and in blanks or composed letters"


def _folded(id: str) -> str:
    return normalize("NFC", plain_name(id).casefold())
