"""The columns of the table of items, which has those that lead to the tables of the scheme."""

from collections.abc import Iterator

import pyarrow as pa

from signalbook.schema.scheme.model import Scheme
from signalbook.schema.tables.columns import (
    SPAN_IDS,
    SPLIT,
    TEXT,
    TEXTS,
    Column,
    TableSchema,
    ids_of_annotators,
    list_of,
)

#: Layers of items in the order of their rows.
LAYERS = ("span", "coreferent_mention", "relation", "party", "dyad", "article")
_COUNT = pa.int32()
SHARES = list_of(
    pa.struct(
        [
            pa.field("field", TEXT, nullable=False),
            pa.field("pairs", _COUNT, nullable=False),
            pa.field("agreement", pa.float64()),
        ]
    )
)
_PLACE = (
    Column("item", _COUNT, "Number of the unit within its article and layer.", nullable=False),
    Column("type", TEXT, "Kind of span or relation; else the layer.", nullable=False),
    Column("start", _COUNT, "First code point that anyone marked, of spans and relations."),
    Column("end", _COUNT, "Code point after the last that anyone marked."),
)
_SPANS = (
    Column(
        "gold_span_id",
        TEXT,
        "span_id of the span of gold, of the same type, that the unit became; null without one, "
        "and of what is no span.",
    ),
    SPAN_IDS,
)
_RELATIONS = (
    Column(
        "gold_relation_id",
        TEXT,
        "relation_id of the relation of gold between the same two items, whatever its type and "
        "direction; null without one, and of what is no relation.",
    ),
    ids_of_annotators(
        "relation_ids",
        ("relation_id",),
        "relation_id of the relation of each annotator who has one; null of what is none.",
    ),
)
_PARTIES = (
    Column(
        "name", TEXT, "The party as written, by what makes it the same; null of what is no party."
    ),
    Column(
        "gold_party_id",
        TEXT,
        "party_id of the same party in gold; null without one, and of what is no party.",
    ),
    ids_of_annotators(
        "party_ids",
        ("party_id",),
        "party_id of the party of each annotator who has it; null of what is no party.",
    ),
)
_DYADS = (
    Column(
        "gold_first_side",
        TEXT,
        "What the dyad of gold has in the first column of sides in dyads; null without one, and of "
        "what is no dyad.",
    ),
    Column("gold_second_side", TEXT, "What it has in the second column of sides."),
    ids_of_annotators(
        "sides",
        ("first_side", "second_side"),
        "The same of each annotator who judged the dyad; null of what is no dyad.",
    ),
)
_AGREEMENT = (
    Column("seen_by", TEXTS, "Annotators who saw the article.", nullable=False),
    Column(
        "marked_by",
        TEXTS,
        "Annotators who marked the unit; nobody, of what gold alone has.",
        nullable=False,
    ),
    Column("marked_share", pa.float64(), "Share of those who saw it.", nullable=False),
    Column(
        "fields",
        SHARES,
        "For each field the pairs of annotators who gave it a value, and the share of these who "
        "gave the same; null without a pair.",
        nullable=False,
    ),
)


def items_schema(scheme: Scheme) -> TableSchema:
    """The table of items of annotations under this scheme."""
    return TableSchema(
        "items",
        "Everything that annotators marked, unit by unit, with how far they agree on it, and what "
        "gold alone has of the same articles.",
        (
            Column("article_id", TEXT, "The article.", nullable=False),
            SPLIT,
            Column("layer", TEXT, _layers(scheme), nullable=False),
            *_PLACE,
            *_ends(scheme),
            *_SPANS,
            *(_RELATIONS if scheme.relation_types else ()),
            *(_PARTIES if scheme.party else ()),
            *(_DYADS if scheme.dyad else ()),
            *_AGREEMENT,
        ),
        ("article_id", "layer", "item"),
    )


def _layers(scheme: Scheme) -> str:
    """The layers that there can be."""
    missing = {
        "coreferent_mention": not any(kind.counts_once for kind in scheme.relation_types),
        "relation": not scheme.relation_types,
        "party": scheme.party is None,
        "dyad": scheme.dyad is None,
    }
    means = {"coreferent_mention": " (a span that mentions again what another one says)"}
    names = [name + means.get(name, "") for name in LAYERS if not missing.get(name)]
    return f"{', '.join(names[:-1])} or {names[-1]}."


def _ends(scheme: Scheme) -> Iterator[Column]:
    """What relations and dyads go from and to, for people to read."""
    first = {
        "Of a relation, type, start and end of the item where it begins, in the direction that most "
        "gave it": scheme.relation_types,
        "of a dyad, the first side as written": scheme.dyad,
    }
    second = {
        "of a relation, of where it leads": scheme.relation_types,
        "of a dyad, the second side": scheme.dyad,
    }
    if any(first.values()):
        words = "; ".join(phrase for phrase, there in first.items() if there)
        yield Column("from_name", TEXT, f"{words[0].upper()}{words[1:]}.")
        words = "; ".join(phrase for phrase, there in second.items() if there)
        yield Column("to_name", TEXT, f"The same at the other end: {words}.")
