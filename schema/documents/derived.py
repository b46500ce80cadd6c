"""Compute the labels of an article that follow from what is annotated in it."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping

from signalbook.schema.scheme.model import Derived, Field, Scheme

from .records import AnnotationDocument, Value


def derived_values(document: AnnotationDocument, scheme: Scheme) -> dict[str, Value]:
    """Label -> its value, for every computed label of the article that has one."""
    return _computed(document, scheme, there=())


def _computed(
    document: AnnotationDocument, scheme: Scheme, *, there: Container[str]
) -> dict[str, Value]:
    """The same without the labels that are there."""
    values: dict[str, Value] = {}
    for field in scheme.article_labels:
        if field.derived is not None and field.name not in there:
            value = _value(field.derived, document, scheme)
            if value is not None:
                values[field.name] = value
    return values


def with_derived(document: AnnotationDocument, scheme: Scheme) -> AnnotationDocument:
    """The document with its computed labels, whatever stands in their place."""
    computed = {field.name for field in scheme.article_labels if field.derived is not None}
    labels = {n: v for n, v in document.article_labels.items() if n not in computed}
    return _with_labels(document, {**labels, **derived_values(document, scheme)}, scheme)


def completed(document: AnnotationDocument, scheme: Scheme) -> AnnotationDocument:
    """The document with the computed labels that it lacks; what is there stays, to be checked."""
    labels = document.article_labels
    labels = {**_computed(document, scheme, there=labels), **labels}
    return _with_labels(document, labels, scheme)


def _with_labels(
    document: AnnotationDocument, labels: Mapping[str, Value], scheme: Scheme
) -> AnnotationDocument:
    if labels == document.article_labels:
        return document
    names = [field.name for field in scheme.article_labels if field.name in labels]
    ordered = {name: labels[name] for name in dict.fromkeys([*names, *labels])}
    return document.model_copy(update={"article_labels": ordered})


def _value(derived: Derived, document: AnnotationDocument, scheme: Scheme) -> Value | None:
    values = _values(derived, scheme.field(derived.of, derived.field), document)
    if derived.how == "any":
        return any(value in derived.values for value in values)
    # most_common keeps the order of first occurrence among equal counts.
    counted = Counter(values).most_common(1)
    return counted[0][0] if counted else None


def _values(
    derived: Derived, field: Field, document: AnnotationDocument
) -> Iterator[str | bool | int | float]:
    """Every value of the field that it takes, in the order of the text."""
    for values in _units(derived, document):
        value = values.get(derived.field)
        if value is None or not field.takes(value):
            continue  # a finding of its own
        if isinstance(value, tuple):
            # A set has no order: that of the scheme stands for it.
            places = field.places
            yield from sorted({*value}, key=lambda v: (places.get(v, len(places)), v))
        else:
            yield value


def _units(derived: Derived, document: AnnotationDocument) -> Iterator[Mapping[str, Value]]:
    """The values of every unit that counts: spans by their place, others as they are listed."""
    if derived.of == "party":
        yield from (party.attributes for party in document.parties)
    elif derived.of == "dyad":
        yield from (dyad.attributes for dyad in document.dyads)
    else:
        left_out = {r.from_ for r in document.relations if r.type == derived.unless}
        of_type = [s for s in document.spans if s.type == derived.of and s.id not in left_out]
        for span in sorted(of_type, key=lambda span: (span.start, span.end, span.id)):
            yield span.attributes
