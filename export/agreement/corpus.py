"""The annotations of several people as one corpus: who saw which article, and what each has."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from signalbook.export.coefficients.coefficient import Bools
from signalbook.schema.documents.records import AnnotationDocument, Span, Value
from signalbook.schema.documents.repeats import refuse_repeats
from signalbook.schema.documents.same_article import refuse_other_texts
from signalbook.schema.documents.stages import asked_part
from signalbook.schema.scheme.model import Field, Scheme
from signalbook.schema.scheme.stages import on_page

from .comparison_key import ComparedDocument, KeysByFields
from .equal_extents import in_order


@dataclass(frozen=True)
class Corpus:
    """All annotations of some articles.

    An annotator who saw an article and marked nothing has a document without spans; one who did
    not see it has none. The first is data, the second is missing.
    """

    scheme: Scheme
    #: Article ids in order; the index is the document number of every measure.
    articles: tuple[str, ...]
    #: Annotator ids in order.
    annotators: tuple[str, ...]
    #: (article number, annotator number) -> document.
    documents: Mapping[tuple[int, int], AnnotationDocument]
    #: Values that no field takes, in words; they count as missing.
    impossible: tuple[str, ...] = ()
    #: How many documents have errors that `validate` names, and whether they were left out.
    with_errors: int = 0
    valid_only: bool = False

    @cached_property
    def seen_by(self) -> tuple[tuple[int, ...], ...]:
        """For each article the annotators who saw it."""
        seen: list[list[int]] = [[] for _ in self.articles]
        for article, annotator in sorted(self.documents):
            seen[article].append(annotator)
        return tuple(map(tuple, seen))

    @cached_property
    def seen(self) -> Bools:
        """Whether an annotator saw an article, ``[annotators, articles]``."""
        seen = np.zeros((len(self.annotators), len(self.articles)), dtype=np.bool_)
        for article, annotator in self.documents:
            seen[annotator, article] = True
        return seen

    @cached_property
    def compared(self) -> Bools:
        """Whether at least two annotators saw each article, ``[articles]``."""
        return np.array([len(annotators) > 1 for annotators in self.seen_by], dtype=np.bool_)

    @property
    def doubly_annotated(self) -> int:
        """How many articles at least two annotators saw."""
        return int(self.compared.sum())

    @property
    def simulated_annotators(self) -> tuple[str, ...]:
        """Annotators that are programs; where documents do not say so, a name may."""
        by = (document.annotator for document in self.documents.values())
        simulated = {a.id for a in by if a.tool == "simulated" or a.id.startswith("simulated")}
        return tuple(sorted(simulated))

    @cached_property
    def views(self) -> Mapping[tuple[int, int], ComparedDocument]:
        """(Article number, annotator number) -> the document's values as they can be compared."""
        keys: KeysByFields = {}
        return {
            place: ComparedDocument(document, self.scheme, keys)
            for place, document in sorted(self.documents.items())
        }

    def of_article(self, article: int) -> Iterator[tuple[int, AnnotationDocument]]:
        """The documents of one article, by annotator."""
        for annotator in self.seen_by[article]:
            yield annotator, self.documents[article, annotator]

    def only(self, annotators: Iterable[int]) -> "Corpus":
        """The same articles as these annotators saw them; the numbers stay as they are."""
        kept = set(annotators)
        documents = {key: doc for key, doc in self.documents.items() if key[1] in kept}
        return replace(self, documents=documents)


def gather(documents: Iterable[AnnotationDocument], scheme: Scheme) -> Corpus:
    """Sort documents by article and annotator; values that no field takes count as missing.

    Of documents of a stage, what that stage asks is kept, and the parties that it refers to. Units
    come in an order that does not depend on how a document lists or names them.

    Raises:
        FindingsError: Two documents are of the same article by the same annotator, or two
            annotators of one article did not see the same text.
    """
    documents = list(documents)
    refuse_repeats(documents)
    refuse_other_texts(documents)
    by_place: dict[tuple[str, str], AnnotationDocument] = {}
    impossible: list[str] = []
    scheme = on_page(scheme)
    fields = _fields_by_unit(scheme)
    for document in documents:
        key = (document.article.id, document.annotator.id)
        possible = _only_possible(asked_part(document, scheme), fields, impossible)
        by_place[key] = in_order(possible, scheme)
    articles = {id: number for number, id in enumerate(sorted({a for a, _ in by_place}))}
    annotators = {id: number for number, id in enumerate(sorted({b for _, b in by_place}))}
    numbered = {(articles[a], annotators[b]): doc for (a, b), doc in by_place.items()}
    return Corpus(scheme, tuple(articles), tuple(annotators), numbered, tuple(impossible))


def _fields_by_unit(scheme: Scheme) -> dict[str, dict[str, Field]]:
    by_unit: dict[str, dict[str, Field]] = {}
    for unit, field in scheme.fields():
        by_unit.setdefault(unit, {})[field.name] = field
    return by_unit


def _only_possible(
    document: AnnotationDocument,
    fields: Mapping[str, Mapping[str, Field]],
    impossible: list[str],
) -> AnnotationDocument:
    """The document without values that their fields do not take, which are told in words."""
    holders: list[tuple[str, str, int, Mapping[str, Value]]] = [
        *((s.type, "spans", i, s.attributes) for i, s in enumerate(document.spans)),
        *(("party", "parties", i, p.attributes) for i, p in enumerate(document.parties)),
        *(("dyad", "dyads", i, d.attributes) for i, d in enumerate(document.dyads)),
        ("article", "article_labels", 0, document.article_labels),
    ]
    wrong = [
        (section, index, name)
        for unit, section, index, values in holders
        for name, value in values.items()
        if (field := fields.get(unit, {}).get(name)) is not None and not field.takes(value)
    ]
    if not wrong:
        return document
    data = document.to_dict()
    for section, index, name in wrong:
        unit = data[section] if section == "article_labels" else data[section][index]
        value = (unit["attributes"] if section == "spans" else unit).pop(name)
        place = f"article {document.article.id}, {document.annotator.id}"
        impossible.append(f"{place}: {name} cannot be {value!r}; it counts as missing")
    return AnnotationDocument.model_validate(data)


def coreferent_mentions(document: AnnotationDocument, scheme: Scheme) -> frozenset[str]:
    """Ids of spans that mention again what another span of the document already says."""
    once = {relation.name for relation in scheme.relation_types if relation.counts_once}
    return frozenset(r.from_ for r in document.relations if r.type in once)


def first_mentions(document: AnnotationDocument, scheme: Scheme) -> list[Span]:
    """The spans of a document without those that mention again what another says."""
    coreferent = coreferent_mentions(document, scheme)
    return [span for span in document.spans if span.id not in coreferent]


def coreferent_spans(document: AnnotationDocument, scheme: Scheme) -> list[Span]:
    """The spans of a document that mention again what another says."""
    coreferent = coreferent_mentions(document, scheme)
    return [span for span in document.spans if span.id in coreferent] if coreferent else []
