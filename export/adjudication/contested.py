"""Lay out for an adjudicator where the annotators of an article differ or ask, under blind names."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from signalbook.export.agreement.coded_corpus import code_corpus
from signalbook.export.agreement.corpus import gather
from signalbook.export.disagreement.differences import decompose
from signalbook.export.disagreement.ranking import Answer, ContestedUnit, contested_units
from signalbook.schema.documents.annotation import quoted, value_words
from signalbook.schema.documents.questions import Question
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.scheme.model import Scheme

from .adjudicate import AdjudicatedArticle, Adjudication
from .gold_record import annotations_hash

#: Under what name an adjudicator sees what the votes make of an article.
DRAFT_NAME = "merged draft"
#: Under what an answer holds the unit itself, beside the values of its fields.
_ITSELF = ("span", "party", "relation", "dyad")


@dataclass(frozen=True)
class ContestedArticle:
    """An article that a person is to decide."""

    #: The annotations that there are.
    documents: tuple[AnnotationDocument, ...]
    #: Hash of them.
    made_from: str
    #: The same under blind names, in the order of these.
    readings: tuple[AnnotationDocument, ...]
    #: What the adjudicator starts from.
    draft: AnnotationDocument
    #: What annotators ask, then the disagreements, the weightiest first, in words.
    lines: tuple[str, ...]

    @property
    def id(self) -> str:
        """The id of the article."""
        return self.draft.article.id


def contested_articles(
    documents: Sequence[AnnotationDocument],
    adjudication: Adjudication,
    asked: Iterable[Question] = (),
) -> list[ContestedArticle]:
    """The articles in which annotators differ or ask, without those that people have decided.

    Args:
        documents: All annotations.
        adjudication: What follows from them, and from what people decided.
        asked: Questions of annotators that nobody has answered.
    """
    scheme = adjudication.scheme
    corpus = gather(documents, scheme)
    compared = decompose(corpus, code_corpus(corpus).groups)
    units: dict[str, list[ContestedUnit]] = {}
    for unit in contested_units(corpus, compared.disagreements, limit=None):
        units.setdefault(unit.article, []).append(unit)
    by_article: dict[str, list[AnnotationDocument]] = {}
    for document in documents:
        by_article.setdefault(document.article.id, []).append(document)
    questions: dict[str, list[Question]] = {}
    for question in asked:
        questions.setdefault(question.article, []).append(question)
    return [
        _contested(article, by_article[id], differing, questions.get(id, []), scheme)
        for article in adjudication.articles
        for id in [article.article_id]
        for differing in [units.get(id, []) if _is_undecided(article) else []]
        if differing or id in questions
    ]


def blind_names(article: str, annotators: Iterable[str]) -> dict[str, str]:
    """Annotator -> A, B, C …: in every article another order, and always the same in one."""

    def place(annotator: str) -> bytes:
        return hashlib.sha256(f"{article}\n{annotator}".encode()).digest()

    ordered = sorted({*annotators}, key=place)
    return {annotator: _letters(number) for number, annotator in enumerate(ordered)}


def _letters(number: int) -> str:
    more, letter = divmod(number, 26)
    return chr(ord("A") + letter) + (str(more + 1) if more else "")


def _is_undecided(article: AdjudicatedArticle) -> bool:
    return article.adjudicated is None or bool(article.flagged)


def _contested(
    article: AdjudicatedArticle,
    documents: Sequence[AnnotationDocument],
    units: Iterable[ContestedUnit],
    questions: Iterable[Question],
    scheme: Scheme,
) -> ContestedArticle:
    names = blind_names(article.article_id, (d.annotator.id for d in documents))
    readings = [d.with_annotator(Annotator(id=names[d.annotator.id])) for d in documents]
    draft, words = article.document or article.draft or documents[0], _Words(scheme)
    return ContestedArticle(
        documents=tuple(documents),
        made_from=annotations_hash(documents),
        readings=tuple(sorted(readings, key=lambda d: d.annotator.id)),
        draft=draft.with_annotator(Annotator(id=DRAFT_NAME)),
        lines=(
            *(f"{names[q.annotator]} asks about {q.about}: {quoted(q.words)}" for q in questions),
            *(_line(unit, names, words) for unit in units),
        ),
    )


class _Words:
    """What people call the units and fields of a scheme."""

    def __init__(self, scheme: Scheme) -> None:
        self._units = {t.name: t.label for t in scheme.span_types}
        self._units |= {t.name: t.title.capitalize() for t in scheme.relation_types}
        self._fields = {(unit, f.name): f.title for unit, f in scheme.fields()}

    def unit(self, name: str) -> str:
        """A span type, or one of the others."""
        return self._units.get(name, name.capitalize())

    def field(self, types: Sequence[str], name: str) -> str:
        """A field of a unit of these types."""
        titles = (self._fields.get((unit, name)) for unit in types)
        return next(filter(None, titles), name)


def _line(unit: ContestedUnit, names: Mapping[str, str], words: _Words) -> str:
    """One disagreement: what it is about, and who has read what."""
    kind = " or ".join(map(words.unit, unit.types)) or words.unit(unit.unit)
    place = quoted(unit.text) if unit.text else unit.name
    by_name = sorted(unit.answers, key=lambda answer: names[answer.annotator])
    answers = (f"{names[a.annotator]}: {_answer(a, unit, words)}" for a in by_name)
    return f"{' '.join(filter(None, (kind, place)))} — {'; '.join(answers)}"


def _answer(answer: Answer, unit: ContestedUnit, words: _Words) -> str:
    if not answer.marked:
        return "not there"
    types = [*unit.types, unit.unit]
    is_missed = not all(other.marked for other in unit.answers)
    values = [
        f"{words.field(types, name)} {_value(value, name)}"
        for name, value in answer.values.items()
        if not (is_missed and name in _ITSELF)
    ]
    return ", ".join(values) or "there"


def _value(value: object, name: str) -> str:
    if value is None:
        return "left empty"
    return quoted(str(value)) if name == "extent" else value_words(value)
