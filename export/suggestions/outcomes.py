"""What annotators made of the suggestions that they were shown, label by label.

What was shown is compared with what was submitted, not by what Label Studio notes on a span: whoever
takes a suggestion away and marks the same again has kept it. A document does not hold parties that
were proposed with too little and that nobody took up, so these count as removed.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from signalbook.export.agreement.comparison_key import comparable, party_fields, party_key
from signalbook.export.agreement.corpus import Corpus
from signalbook.export.coefficients.span_matching import Spans, match_spans
from signalbook.schema.documents.records import AnnotationDocument, Party, Span, Value
from signalbook.schema.scheme.model import Field, Scheme
from signalbook.schema.scheme.stages import asks_parties

from .suggested import Suggested

#: Kept as it was; kept in another form; taken away; marked where nothing was suggested.
Outcome: TypeAlias = Literal["kept", "changed", "removed", "added"]
#: Unit and field, and what became of it.
_OfLabel: TypeAlias = tuple[tuple[str, str], Outcome]


@dataclass(frozen=True)
class LabelOutcomes:
    """What became of the suggestions of one label."""

    #: Span type, party or article.
    unit: str
    #: Field of the article; empty for spans and parties.
    field: str
    counts: Counter[Outcome]

    @property
    def suggested(self) -> int:
        """How many there were."""
        return self.counts["kept"] + self.counts["changed"] + self.counts["removed"]

    def share(self, outcome: Outcome) -> float | None:
        """Share of the suggestions; None where there was none."""
        return self.counts[outcome] / self.suggested if self.suggested else None


def outcomes(suggested: Suggested) -> list[LabelOutcomes]:
    """The outcomes of every label that the model suggests, in the order of the scheme."""
    counts: dict[tuple[str, str], Counter[Outcome]] = {}
    for place, suggestion in suggested.shown.items():
        pair = _Pair(suggested.corpus, suggestion.prediction, suggested.corpus.documents[place])
        for label, outcome in pair.outcomes():
            counts.setdefault(label, Counter())[outcome] += 1
    scheme = suggested.corpus.scheme
    labels = [(span_type.name, "") for span_type in scheme.span_types]
    labels += [("party", "")] + [("article", field.name) for field in scheme.asked_labels]
    rows = [LabelOutcomes(*label, counts[label]) for label in labels if label in counts]
    return [row for row in rows if row.suggested]


class _Pair:
    """A suggestion and what an annotator made of it."""

    def __init__(
        self, corpus: Corpus, prediction: AnnotationDocument, document: AnnotationDocument
    ) -> None:
        self._scheme: Scheme = corpus.scheme
        self._prediction, self._document = prediction, document
        self._fields: dict[str, list[Field]] = {}
        for unit, field in self._scheme.fields():
            self._fields.setdefault(unit, []).append(field)

    def outcomes(self) -> Iterator[_OfLabel]:
        """Label and outcome of everything in either."""
        yield from self._spans()
        if asks_parties(self._scheme):
            yield from self._parties()
        yield from self._labels()

    def _spans(self) -> Iterator[_OfLabel]:
        mine, theirs = self._prediction.spans, self._document.spans
        pairs = _paired(mine, theirs)
        for number, span in enumerate(mine):
            other = pairs.get(number)
            if other is None:
                yield (span.type, ""), "removed"
            else:
                yield (span.type, ""), "kept" if self._is_kept(span, theirs[other]) else "changed"
        for number in {*range(len(theirs))} - {*pairs.values()}:
            yield (theirs[number].type, ""), "added"

    def _is_kept(self, span: Span, other: Span) -> bool:
        place, other_place = (span.type, span.start, span.end), (other.type, other.start, other.end)
        return place == other_place and self._says_the_same(span.type, span, other)

    def _parties(self) -> Iterator[_OfLabel]:
        fields = party_fields(self._scheme)
        theirs = {party_key(party, fields): party for party in self._document.parties}
        mine = {party_key(party, fields): party for party in self._prediction.parties}
        for key, party in mine.items():
            if key not in theirs:
                yield ("party", ""), "removed"
            else:
                same = self._says_the_same("party", party, theirs[key])
                yield ("party", ""), "kept" if same else "changed"
        for _ in theirs.keys() - mine.keys():
            yield ("party", ""), "added"

    def _says_the_same(self, unit: str, suggested: Span | Party, other: Span | Party) -> bool:
        """Whether every value that the model gives stands; what the page fills in, it does not give."""
        given = suggested.attributes.keys() - {*suggested.defaulted}
        return all(
            self._equal(field, suggested.attributes[field.name], other.attributes.get(field.name))
            for field in self._fields.get(unit, ())
            if field.name in given
        )

    def _equal(self, field: Field, value: Value, other: Value | None) -> bool:
        mine = comparable(value, field, self._prediction, self._scheme)
        return mine == comparable(other, field, self._document, self._scheme)

    def _labels(self) -> Iterator[_OfLabel]:
        mine, theirs = self._prediction.article_labels, self._document.article_labels
        defaulted = mine.get("defaulted", ())
        proposed = defaulted if isinstance(defaulted, tuple) else ()
        for field in self._scheme.asked_labels:
            label, value = ("article", field.name), theirs.get(field.name)
            if field.name not in mine or field.name in proposed:
                if value is not None:
                    yield label, "added"
                continue
            if value is None:
                yield label, "removed"
            else:
                yield label, "kept" if self._equal(field, mine[field.name], value) else "changed"


def _paired(mine: Sequence[Span], theirs: Sequence[Span]) -> dict[int, int]:
    """Spans of one type that overlap, as many as possible; then those of one place and two types."""
    pairs: dict[int, int] = {}
    types = {name: number for number, name in enumerate({s.type for s in (*mine, *theirs)})}
    first, second = _arrays(mine, types), _arrays(theirs, types)
    same = match_spans(first, second, criterion="overlap", same_label=True)
    pairs.update(zip(same.first.tolist(), same.second.tolist(), strict=True))
    left = [n for n in range(len(mine)) if n not in pairs]
    free = [n for n in range(len(theirs)) if n not in pairs.values()]
    relabelled = match_spans(
        _arrays([mine[n] for n in left], types),
        _arrays([theirs[n] for n in free], types),
        criterion="exact",
    )
    for a, b in zip(relabelled.first.tolist(), relabelled.second.tolist(), strict=True):
        pairs[left[a]] = free[b]
    return pairs


def _arrays(spans: Sequence[Span], types: dict[str, int]) -> Spans:
    return Spans.from_rows(
        (0, max(s.start, 0), max(s.start, s.end, 0), types[s.type]) for s in spans
    )
