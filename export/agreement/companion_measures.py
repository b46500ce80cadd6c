"""A layer becomes what stands beside its alpha: Gwet's AC, the alpha of each value, the matching.

None of them is what a layer is judged by. AC shows whether prevalence alone depresses alpha, a
value's alpha which value is at fault, and the matching how many spans the rest speaks of.
"""

from collections.abc import Hashable, Iterator, Sequence

import numpy as np

from signalbook.export.coefficients.alpha import alpha_from_sums, disagreement_sums
from signalbook.export.coefficients.coefficient import Ints, divide
from signalbook.export.coefficients.distances import Weights
from signalbook.export.coefficients.kappa import ac_sums, ac_values
from signalbook.export.coefficients.ratings import Ratings, encode
from signalbook.schema.scheme.model import Field

from .corpus import Corpus
from .field_units import Layer
from .measure import Measure, measure
from .span_groups import Group

_OPEN = "the scheme does not list all values, and AC depends on how many there are"


def companions(layer: Layer, corpus: Corpus) -> Iterator[Measure]:
    """AC1 (AC2 if ordinal), then alpha of each value that the scheme lists against all others."""
    rows = [row for row in layer.rows if len(corpus.seen_by[row[0]]) > 1]
    is_set = layer.field.level == "set"
    listed = listed_values(layer.field)
    found = {row[3] for row in rows if row[3] is not None}
    others = sorted(found.difference(listed), key=str)
    ratings = encode(rows, sorted(found, key=str) if is_set else [*listed, *others])
    documents = np.array([ratings.document_names[d] for d in ratings.documents], dtype=np.int64)
    if not is_set:
        yield _gwet(layer, ratings, documents, corpus)
    if is_set or (layer.field.level == "nominal" and len(listed) > 2):
        for value in layer.field.values:
            yield _of_value(layer, value.id, ratings, documents, corpus)


def listed_values(field: Field) -> Sequence[Hashable]:
    """All values that are possible, in their order; none if the scheme cannot list them."""
    if field.type == "boolean":
        return False, True
    if "reference" in field.kind:
        return ()
    return [value.id for value in sorted(field.values, key=lambda v: v.rank or 0)]


def _gwet(layer: Layer, ratings: Ratings, documents: Ints, corpus: Corpus) -> Measure:
    weights: Weights = "quadratic" if layer.field.level == "ordinal" else "identity"
    name = "gwet_ac2_quadratic" if weights == "quadratic" else "gwet_ac1"
    many, closed = len(ratings.values), bool(listed_values(layer.field))
    statistics = ac_sums(
        ratings.units,
        ratings.codes if closed else np.full_like(ratings.codes, -1),
        many if closed else 1,
        documents,
        weights=weights,
        n_documents=len(corpus.articles),
    )
    reason = _no_pairs(ratings) or "only one value is possible"
    total = statistics.sum(axis=0)
    n = int(total[1])
    return measure(
        (layer.kind, layer.unit, layer.field.name, name),
        statistics,
        lambda sums: ac_values(sums, weights),
        corpus=corpus,
        agreement=None,
        n=n,
        reason=reason if closed else _OPEN,
        observed=float(total[0] / total[1]) if n else None,
        companion=True,
        details={"values": many, "weights": weights},
    )


def _of_value(
    layer: Layer, value: str, ratings: Ratings, documents: Ints, corpus: Corpus
) -> Measure:
    """Alpha of having the value or not."""
    has = np.array([v == value or _contains(v, value) for v in ratings.values], dtype=np.int64)
    codes: Ints = has[ratings.codes]
    size = len(corpus.articles)
    statistics = disagreement_sums(
        ratings.units, codes, 2, documents, distance="nominal", n_documents=size
    )
    unlike, without, having = (float(x) for x in statistics.sum(axis=0))
    reason = "nobody chose it" if not having else "every value is this one"
    sizes = np.bincount(ratings.units, minlength=len(documents))
    return measure(
        (layer.kind, layer.unit, layer.field.name, "krippendorff_alpha_binary"),
        statistics,
        lambda total: alpha_from_sums(total, "nominal"),
        corpus=corpus,
        agreement=None,
        n=int((sizes > 1).sum()),
        reason=_no_pairs(ratings) or reason,
        observed=1 - unlike / (without + having) if without + having else None,
        companion=True,
        of=value,
    )


def _contains(chosen: Hashable, value: str) -> bool:
    return isinstance(chosen, frozenset) and value in chosen


def _no_pairs(ratings: Ratings) -> str:
    sizes = np.bincount(ratings.units)
    return "" if (sizes > 1).any() else "no unit has two values"


def matching_measures(corpus: Corpus, groups: Sequence[Sequence[Group[int]]]) -> Iterator[Measure]:
    """The share of spans that another annotator marked as well: what attributes are asked of."""
    types = [t.name for t in corpus.scheme.span_types]
    counts = np.zeros((len(types), len(corpus.articles), 2))
    number = {name: place for place, name in enumerate(types)}
    for article, of_article in enumerate(groups):
        if len(corpus.seen_by[article]) < 2:
            continue
        for group in of_article:
            kind = number.get(next(iter(group.values())).type) if group else None
            if kind is not None:
                counts[kind, article] += len(group) if len(group) > 1 else 0, len(group)
    for name, statistics in zip(types, counts, strict=True):
        yield measure(
            ("span_identification", name, "matched", "share_matched"),
            statistics,
            lambda total: divide(total[..., 0], total[..., 1]),
            corpus=corpus,
            agreement=None,
            n=int(statistics[:, 1].sum()),
            reason=nothing_marked(corpus),
            companion=True,
        )


def nothing_marked(corpus: Corpus) -> str:
    """Why a measure of spans has nothing to rest on."""
    if not corpus.doubly_annotated:
        return "no article was seen by two annotators"
    return "nobody marked any"
