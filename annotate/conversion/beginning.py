"""What a task of a later stage begins with: what the stage before made of the article, or one pair."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice, product
from types import MappingProxyType
from typing import Final

from signalbook.schema.documents.annotation import Annotation, Lookup, many, quoted, values_of
from signalbook.schema.documents.records import AnnotationDocument, Article, Party, Span, Value
from signalbook.schema.documents.rule_functions import Pair, pair_function
from signalbook.schema.markdown import escape
from signalbook.schema.page.control_names import PAIR_SPANS, PAIR_TITLE
from signalbook.schema.scheme.codelists import names
from signalbook.schema.scheme.json_schema import matches
from signalbook.schema.scheme.model import Field, Json, Scheme
from signalbook.schema.scheme.stages import asks_pairs

from .answers import answers_of, first_mentions
from .code_chips import side_code
from .earlier import EARLIER, PAIR, earlier_data
from .field_values import as_items

#: Of what was decided of a span, so much is said: what it is, and what came next.
_MAX_SAID = 2
#: Between an article's id and a pair, in the id of the pair's task.
_OF, _TO = " · ", " → "


@dataclass(frozen=True)
class Beginning:
    """What is known of an article before a stage."""

    #: What the stages before have made of it, with its text.
    document: AnnotationDocument
    #: The sides that the task asks of, where a stage asks of pairs.
    pair: Pair | None = None


NO_BEGINNINGS: Final[Mapping[str, Beginning]] = MappingProxyType({})


def beginnings(
    article: Article, document: AnnotationDocument, scheme: Scheme
) -> Iterator[tuple[Article, Beginning]]:
    """The tasks of an article in a stage, each with what it begins with.

    A task of a pair is known by an id of its own; the article that it is about is that of the
    document.

    Args:
        article: Article as it is now.
        document: What the stages before have made of it.
        scheme: Scheme of the stage.
    """
    if not asks_pairs(scheme):
        yield article, Beginning(document)
        return
    for first, second in pairs_of(document, scheme):
        of_pair = article.model_copy(update={"id": f"{article.id}{_OF}{first}{_TO}{second}"})
        yield of_pair, Beginning(document, (first, second))


def pairs_of(document: AnnotationDocument, scheme: Scheme) -> list[Pair]:
    """The pairs that are to be judged: those that the scheme says, or all that a span connects.

    Raises:
        SchemeError: The function that says them fails.
    """
    annotation = Annotation(document, Lookup(scheme))
    if (function := pair_function(scheme)) is not None:
        return function(annotation)
    connected: dict[Pair, None] = {}
    for span in annotation.of(*(span_type.name for span_type in scheme.span_types)):
        connected.update(dict.fromkeys(_connected(span, annotation)))
    return sorted(connected)


def beginning_data(beginning: Beginning, scheme: Scheme) -> dict[str, Json]:
    """What a task's data says of what it begins with."""
    data: dict[str, Json] = {EARLIER: dict(earlier_data(beginning.document))}
    if beginning.pair is not None and scheme.dyad is not None:
        sides = [side.name for side in scheme.dyad.sides]
        data[PAIR] = dict(zip(sides, beginning.pair, strict=True))
        annotation = Annotation(beginning.document, Lookup(scheme))
        title = partial(_side_title, annotation=annotation)
        data[PAIR_TITLE] = _TO.join(map(title, beginning.pair))
        data[PAIR_SPANS] = "\n".join(_lines(beginning.pair, annotation))
    return data


def party_names(document: AnnotationDocument, scheme: Scheme) -> dict[str, str]:
    """Party id -> what stands in the field for its name; else the words of its first mention."""
    spans = answers_of(document, scheme).spans
    mentions = first_mentions(spans, document.article.text or "", scheme)
    fields = scheme.party.fields if scheme.party else ()
    naming = [f.name for f in fields if f.default_from is not None and f.default_from.mention_text]
    return {
        party.id: next(
            (str(party.attributes[name]) for name in naming if name in party.attributes),
            mentions.get(party.id, party.id),
        )
        for party in document.parties
    }


def _connected(span: Span, annotation: Annotation) -> Iterator[Pair]:
    """The pairs of different sides that a span connects, by its first two fields of parties."""
    span_type, dyad = annotation.scheme.span_type(span.type), annotation.scheme.dyad
    fields = span_type.party_references
    if dyad is None or len(fields) < 2:
        return
    first, second = (
        {
            one_side
            for id in many(span, field.name)
            for one_side in _sides(annotation.parties.get(id), side, annotation)
        }
        for field, side in zip(fields, dyad.sides, strict=False)
    )
    yield from ((a, b) for a, b in product(sorted(first), sorted(second)) if a != b)


def _sides(party: Party | None, side: Field, annotation: Annotation) -> set[str]:
    """The sides that a party is on: that of its code, else its members', else its own."""
    if party is None:
        return set()
    if code := side_code(party.attributes, side, annotation.scheme):
        return {code}
    fields = annotation.scheme.party.fields if annotation.scheme.party else ()
    members = {
        str(code)
        for field in fields
        if field.many and side.pattern is not None
        for code in as_items(party.attributes.get(field.name))
        if matches(side.pattern, str(code)) and not annotation.scheme.is_party_id(code)
    }
    return members or {party.id}


def _side_title(side: str, annotation: Annotation) -> str:
    """A side in words: the name that belongs to its code, or the party's."""
    scheme = annotation.scheme
    if side in annotation.parties:
        return party_names(annotation.document, scheme)[side]
    for _, field in scheme.fields():
        if field.codelist is not None:
            listed = ((code, name) for name, code in names(field.codelist.standard).items())
            for code, name in (*field.codelist.training.items(), *listed):
                if code == side:
                    return name
    return side


def _lines(pair: Pair, annotation: Annotation) -> Iterator[str]:
    """The spans that connect the pair, quoted, each with what was decided of it."""
    types = [span_type.name for span_type in annotation.scheme.span_types]
    for span in annotation.of(*types):
        if pair in _connected(span, annotation):
            said = ", ".join(islice(_decided(span, annotation.scheme), _MAX_SAID))
            yield f"- {escape(quoted(annotation.words(span)))}: {escape(said)}"


def _decided(span: Span, scheme: Scheme) -> Iterator[str]:
    """The values that annotators had to choose, in the words of the page."""
    values: Mapping[str, Value] = values_of(span)
    for field in scheme.span_type(span.type).fields:
        if field.must_be_decided and field.values:
            words = {value.id: value.short for value in field.values}
            yield from (
                words[str(item)] for item in as_items(values.get(field.name)) if str(item) in words
            )
