"""Say what figures rest on where it is less than one would think."""

from collections.abc import Iterator
from itertools import combinations
from math import comb

from signalbook.export.agreement.corpus import Corpus
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.text import counted

from .analysis import MeasuredCorpus
from .wording import Wording, coefficient

#: The coefficient that has the differences between annotators in it, pair by pair.
_OF_PAIRS = "icc_agreement"


def caveats(measured: MeasuredCorpus) -> Iterator[str]:
    """A sentence for each annotator without a mark, and each coefficient of some pairs alone."""
    yield from _without_marks(measured.corpus)
    yield from _of_some_pairs(measured)


def _without_marks(corpus: Corpus) -> Iterator[str]:
    """Who marked nothing in articles in which others did."""
    marked = {place for place, document in corpus.documents.items() if _has_marks(document)}
    for number, name in enumerate(corpus.annotators):
        seen = [article for article, who in corpus.documents if who == number]
        if any((article, number) in marked for article in seen):
            continue
        others = sum(any((a, who) in marked for who in corpus.seen_by[a]) for a in seen)
        if others:
            yield (
                f"{name} marked nothing at all, in {counted(others, 'article')} in which others did: what they marked "
                f"counts as missed. Ask whether {name} saw nothing there, or did not do the work."
            )


def _has_marks(document: AnnotationDocument) -> bool:
    return bool(document.spans or document.parties or document.dyads)


def _of_some_pairs(measured: MeasuredCorpus) -> Iterator[str]:
    """Intraclass correlations of annotators some of whom never judged the same unit."""
    wording = Wording(measured.corpus.scheme)
    fields = {(field.kind, field.unit, field.field.name): field for field in measured.coded.fields}
    for result in measured.measures:
        name = result.measure.name
        field = fields.get((name.kind, name.unit, name.field))
        if field is None or result.measure.value is None or name.coefficient != _OF_PAIRS:
            continue
        raters_of: dict[int, list[int]] = {}
        units, raters = field.ratings.units.tolist(), field.ratings.raters.tolist()
        for unit, rater in zip(units, raters, strict=True):
            raters_of.setdefault(unit, []).append(rater)
        met = {pair for of_unit in raters_of.values() for pair in combinations(sorted(of_unit), 2)}
        among = comb(len({rater for pair in met for rater in pair}), 2)
        if len(met) < among:
            yield (
                f"{wording.label(result.measure)}: {coefficient(name.coefficient)} weighs how "
                "annotators differ by the pairs of them who judged the same units, which are "
                f"{len(met)} of {among}; of all pairs, it might be another."
            )
