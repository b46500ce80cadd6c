"""One disagreement of two annotators, and the kinds that a disagreement is of."""

from collections.abc import Hashable
from functools import cache
from typing import NamedTuple, TypeAlias, cast

from signalbook.schema.documents.records import Value

#: What one annotator gave, for people to read; None: nothing.
Shown: TypeAlias = Value | None
#: What a disagreement is about, within its article: equal for all pairs of annotators.
Key: TypeAlias = tuple[Hashable, ...]

MISSED_SPAN = "missed span"
#: A span that mentions again what another says, marked by one only.
MISSED_COREFERENT = "missed coreferent mention"
BOUNDARY = "boundary"
TYPE = "type"
ATTRIBUTE = "attribute"
MISSED_PARTY = "party missed"
PARTY = "party"
#: A reference differs only because the two describe the same party differently.
BY_PARTY = "consequence of a party"
RELATION_MISSED = "relation missed"
RELATION_ENDPOINT = "relation endpoint"
RELATION_LABEL = "relation label"
#: A relation of a span that the other does not have.
BY_SPAN = "relation: consequence of a missed span"
MISSED_DYAD = "dyad missed"
DYAD = "dyad"
ARTICLE_LABEL = "article label"

#: Every family of kinds, in the order that people read them in.
FAMILIES = (
    MISSED_SPAN,
    MISSED_COREFERENT,
    BOUNDARY,
    TYPE,
    ATTRIBUTE,
    MISSED_PARTY,
    PARTY,
    BY_PARTY,
    RELATION_MISSED,
    RELATION_ENDPOINT,
    RELATION_LABEL,
    BY_SPAN,
    MISSED_DYAD,
    DYAD,
    ARTICLE_LABEL,
)
#: Kinds whose cause is another disagreement, which is counted as well.
CONSEQUENCES = frozenset({BY_PARTY, BY_SPAN})


class Disagreement(NamedTuple):
    """One thing on which two annotators of an article differ."""

    #: A family, with the field where there is one: `attribute:signal.valence`.
    kind: str
    #: Number of the article in the corpus.
    article: int
    #: Numbers of the two annotators.
    annotators: tuple[int, int]
    #: Span type, relation type, party, dyad or article.
    unit: str
    #: Ids of the unit at each of the two; None where one has none.
    ids: tuple[str | None, str | None]
    field: str
    #: What each of the two gave.
    values: tuple[Shown, Shown]
    #: The place in the text, if there is one.
    start: int | None
    end: int | None
    key: Key

    @property
    def family(self) -> str:
        """The kind without its field."""
        return family(self.kind)

    @property
    def is_blank(self) -> bool:
        """Whether one left a field blank that the other filled, which coefficients leave out."""
        return None in self.values and self.kind != self.family


@cache
def family(kind: str) -> str:
    """A kind without its field."""
    return kind if kind in FAMILIES else kind.partition(":")[0]


def key_text(part: Hashable) -> str:
    """A part of a key, or several, for people to read."""
    if type(part) is tuple:  # not the key of a party, which is one thing
        return " + ".join(sorted(map(str, cast("tuple[Hashable, ...]", part))))
    return str(part)


@cache
def kind_of_field(unit: str, field: str) -> str:
    """The kind of a disagreement on a field of a unit that both have."""
    if unit == "party":
        return f"{PARTY}:{field}"
    if unit == "dyad":
        return f"{DYAD}:{field}"
    if unit == "article":
        return f"{ARTICLE_LABEL}:{field}"
    return f"{ATTRIBUTE}:{unit}.{field}"
