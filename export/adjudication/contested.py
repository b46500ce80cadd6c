"""Lay out for an adjudicator where the annotators of an article differ or ask, under blind names."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from signalbook.export.agreement.coded_corpus import code_corpus
from signalbook.export.agreement.comparison_key import party_fields
from signalbook.export.agreement.corpus import gather
from signalbook.export.disagreement.differences import decompose
from signalbook.export.disagreement.kinds import Disagreement
from signalbook.export.disagreement.ranking import Answer, ContestedUnit, contested_units
from signalbook.schema.documents.annotation import value_words
from signalbook.schema.documents.questions import Question
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.text import excerpt_in_words

from .adjudicate import AdjudicatedArticle, Adjudication
from .gold_record import annotations_hash

#: Under what name an adjudicator sees what the votes make of an article.
DRAFT_NAME = "merged draft"
#: Under what an answer holds the unit itself, beside the values of its fields.
_ITSELF = ("span", "party", "relation", "dyad")

#: Longest quotations, in characters: of what is read as a whole, of marked words, of what stands beside.
_LONG, _PLACE, _BESIDE = 300, 60, 30
_SPACE = re.compile(r"\s+")


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
    decided = [d for d in compared.disagreements if not _is_computed(d, scheme)]
    for unit in contested_units(corpus, decided, limit=None):
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


def _is_computed(disagreement: Disagreement, scheme: Scheme) -> bool:
    """Whether it is about a label that follows from the rest, so that nobody can decide it."""
    computed = (field.name for field in scheme.article_labels if field.derived is not None)
    return disagreement.unit == "article" and disagreement.field in computed


def _is_undecided(article: AdjudicatedArticle) -> bool:
    return article.adjudicated is None or bool(article.flagged)


def _contested(
    article: AdjudicatedArticle,
    documents: Sequence[AnnotationDocument],
    units: Sequence[ContestedUnit],
    questions: Iterable[Question],
    scheme: Scheme,
) -> ContestedArticle:
    names = blind_names(article.article_id, (d.annotator.id for d in documents))
    readings = [d.with_annotator(Annotator(id=names[d.annotator.id])) for d in documents]
    draft, words = article.document or article.draft or documents[0], _Words(scheme)
    repeated = Counter(unit.text for unit in units)
    return ContestedArticle(
        documents=tuple(documents),
        made_from=annotations_hash(documents),
        readings=tuple(sorted(readings, key=lambda d: d.annotator.id)),
        draft=draft.with_annotator(Annotator(id=DRAFT_NAME)),
        lines=(
            *(
                f"{names[q.annotator]} asks about {q.about}: {_quoted(q.words, _LONG)}"
                for q in questions
            ),
            *(_line(unit, names, words, is_one=repeated[unit.text] == 1) for unit in units),
        ),
    )


class _Words:
    """What the page calls the units, fields and values of a scheme."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._units = {t.name: t.label for t in scheme.span_types}
        self._units |= {t.name: t.title.capitalize() for t in scheme.relation_types}
        self._fields = {(unit, f.name): f for unit, f in scheme.fields()}

    def unit(self, name: str) -> str:
        """A span type, or one of the others."""
        return self._units.get(name, name.capitalize())

    def party(self, name: str, compared: Sequence[str] = ()) -> str:
        """A party that is known by the values of these fields, or of those that mentions go by."""
        parts, fields = name.split(" / "), party_fields(self._scheme, compared)
        if len(parts) != len(fields):
            return name  # the values of a field have the same between them
        return " / ".join(field.word(part) for field, part in zip(fields, parts, strict=True))

    def answer(self, types: Sequence[str], name: str, value: object) -> str:
        """What an annotator has in a field of a unit of these types, or of the unit itself."""
        field = next(filter(None, (self._fields.get((unit, name)) for unit in types)), None)
        row = field.row if field else name
        if value is None:
            return f"{row} left empty"
        if field is None and isinstance(value, tuple):  # a relation, whatever of it differs
            return self._itself(cast("tuple[object, ...]", value))
        if field is None:
            return (
                f"{row} {_quoted(str(value), _LONG) if name == 'extent' else self._itself(value)}"
            )
        if not field.is_reference:
            return f"{row} “{field.word(value)}”"
        parties = (self.party(field.word(one), field.compare_by) for one in _members(value))
        return f"{row} “{', '.join(parties)}”"

    def _itself(self, value: object) -> str:
        """The type of a span or relation, with the words at the ends of a relation."""
        name, *ends = _members(value)
        title = self._units.get(str(name), value_words(name))
        return f"{title} {_arrow(ends)}" if ends else title


def _members(value: object) -> tuple[object, ...]:
    """The values of a set, or the one that it is."""
    return cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)


def _line(unit: ContestedUnit, names: Mapping[str, str], words: _Words, *, is_one: bool) -> str:
    """One disagreement: what it is about, and who has read what.

    Args:
        unit: What annotators differ in.
        names: Annotator -> blind name.
        words: What the page calls things.
        is_one: Whether no other line is about the same words.
    """
    kind = " or ".join(map(words.unit, unit.types)) or words.unit(unit.unit)
    by_name = sorted(unit.answers, key=lambda answer: names[answer.annotator])
    answers = (f"{names[a.annotator]}: {_answer(a, unit, words)}" for a in by_name)
    place = _place(unit, words, is_one=is_one)
    return f"{' '.join(filter(None, (kind, place)))} — {'; '.join(answers)}"


def _place(unit: ContestedUnit, words: _Words, *, is_one: bool) -> str:
    """Where a unit stands, or what it is known by; nothing if annotators see it elsewhere."""
    if unit.unit == "relation":
        arrows = {
            _arrow(ends)
            for answer in unit.answers
            for value in answer.values.values()
            if isinstance(value, tuple)
            for _, *ends in [value]
        }
        return arrows.pop() if len(arrows) == 1 else ""
    if not unit.text:
        return words.party(unit.name) if unit.unit == "party" else unit.name
    if is_one:
        return _quoted(unit.text, _PLACE)
    # Its words alone would not say which of several it is.
    before = _SPACE.sub(" ", unit.before)
    if len(before) > _BESIDE:
        before = f"… {before[-_BESIDE:].partition(' ')[2]}"
    after = excerpt_in_words(_SPACE.sub(" ", unit.after), _BESIDE)
    return f"“{before}[{excerpt_in_words(_SPACE.sub(' ', unit.text), _PLACE)}]{after}”"


def _arrow(ends: Iterable[object]) -> str:
    return " → ".join(_quoted(str(end), _PLACE) for end in ends)


def _quoted(text: str, most: int) -> str:
    """Text in quotation marks and in one line, cut between words if it is long."""
    return f"“{excerpt_in_words(_SPACE.sub(' ', text), most)}”"


def _answer(answer: Answer, unit: ContestedUnit, words: _Words) -> str:
    if not answer.marked:
        return "not there"
    types = [*unit.types, unit.unit]
    is_missed = not all(other.marked for other in unit.answers)
    values = [
        words.answer(types, name, value)
        for name, value in answer.values.items()
        if not (is_missed and name in _ITSELF)
    ]
    return ", ".join(dict.fromkeys(values)) or "there"
