"""Annotators' votes on presence and values become decisions, by rules that are named and logged.

The rules for the values of a field, in this order: a value that more than half chose; for ordinal
fields the median; for sets the members that more than half chose; the value chosen most often; of
tied values the one that is more frequent in the corpus, then the one the scheme lists first, then
that of the annotator whose name comes first. To leave an optional field empty is a choice like any
other.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeAlias, TypeVar, cast

from signalbook.schema.documents.annotation import values_of
from signalbook.schema.documents.jsonl import canonical_json
from signalbook.schema.documents.records import AnnotationDocument, Value
from signalbook.schema.scheme.model import Field

#: How every log of decisions begins; by it a log is known, which a new one may replace.
LOG_BEGINNING = '{"article_id":'
#: Annotator -> value; None: left empty.
Votes: TypeAlias = Mapping[str, Value | None]
Frequencies: TypeAlias = Mapping[Value, int]
#: (unit, field) -> value -> how often annotators chose it.
CorpusFrequencies: TypeAlias = Mapping[tuple[str, str], Frequencies]
_Chosen = TypeVar("_Chosen")
#: What the votes have drafted -> what an adjudicator decided, and the rule; None: the votes count.
Ruling: TypeAlias = Callable[[_Chosen], tuple[_Chosen, str] | None]
#: How ties end that no reason decides: they stay open for a person.
OPEN_TIES = ("tie: listed first in the scheme", "tie: first annotator by name")


@dataclass(frozen=True)
class Decision:
    """One choice between annotators, or one repair."""

    article_id: str
    #: What it is about, in words: signal [129, 164), dyad XAR → XBE.
    unit: str
    #: Field of the unit; empty if it is about the unit as a whole.
    field: str
    #: Annotator -> what this annotator has.
    candidates: Mapping[str, object]
    chosen: object
    rule: str
    #: The rules of the scheme that a repair kept; empty if it is none.
    repaired: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is a tie that an order decided, of names or of the scheme, and no reason."""
        return self.rule in OPEN_TIES

    @property
    def is_of_article(self) -> bool:
        """Whether it is about which annotation of the article stands as a whole."""
        return (self.unit, self.field) == ("article", "")

    @property
    def leaves_out(self) -> bool:
        """Whether a repair took a whole unit out."""
        return bool(self.repaired) and not self.field and self.chosen is None

    def to_json(self) -> str:
        """One line of a log."""
        line: dict[str, Any] = {
            "article_id": self.article_id,
            "unit": self.unit,
            "field": self.field,
            "candidates": dict(sorted(self.candidates.items())),
            "chosen": self.chosen,
            "rule": self.rule,
        }
        return canonical_json(line)


class TieBreaker(Protocol):
    """Decides where votes differ; None leaves the decision to the votes."""

    @property
    def rule(self) -> str:
        """How the log names the rule of such a decision."""
        ...

    def value(self, kind: str, field: str, votes: Votes) -> Value | None:
        """A value of a field of a kind of unit."""
        ...

    def presence(self, kind: str, voters: Mapping[str, bool]) -> bool | None:
        """Whether a span of a type is in."""
        ...


@dataclass
class VoteLog:
    """Takes the votes on one article, logs what was contested, counts who was followed."""

    article_id: str
    frequencies: CorpusFrequencies
    #: Asked before the votes are counted, where they differ.
    tie_breaker: TieBreaker | None = None
    decisions: list[Decision] = field(default_factory=list[Decision])
    #: Annotator -> how often the decision was this annotator's.
    followed: Counter[str] = field(default_factory=Counter[str])

    def decide_value(
        self,
        unit: str,
        kind: str,
        field: Field,
        votes: Votes,
        ruling: "Ruling[Value | None] | None" = None,
    ) -> Value | None:
        """Decide one field of one unit; an adjudicator's ruling stands before the votes."""
        chosen, rule = vote(field, votes, self.frequencies.get((kind, field.name)))
        if self.tie_breaker is not None and rule != "unanimous":
            likely = self.tie_breaker.value(kind, field.name, votes)
            chosen, rule = (chosen, rule) if likely is None else (likely, self.tie_breaker.rule)
        ruled = ruling(chosen) if ruling else None
        chosen, rule = ruled or (chosen, rule)
        self.record(unit, field.name, votes, chosen, rule)
        return chosen

    def decide_presence(
        self,
        unit: str,
        voters: Mapping[str, bool],
        *,
        kind: str = "",
        ruling: "Ruling[bool] | None" = None,
    ) -> bool:
        """Decide whether a unit is in: if more than half of those who saw the article have it.

        Of a span, `kind` is the type. An adjudicator's ruling stands before the votes.
        """
        chosen = 2 * sum(voters.values()) > len(voters)
        rule = "majority" if chosen else "no majority"
        if self.tie_breaker is not None and kind and not all(voters.values()):
            likely = self.tie_breaker.presence(kind, voters)
            chosen, rule = (chosen, rule) if likely is None else (likely, self.tie_breaker.rule)
        ruled = ruling(chosen) if ruling else None
        chosen, rule = ruled or (chosen, "unanimous" if all(voters.values()) else rule)
        self.record(unit, "", voters, chosen, rule)
        return chosen

    def record(
        self, unit: str, name: str, votes: Mapping[str, object], chosen: object, rule: str
    ) -> None:
        """Log a decision unless all agree."""
        for annotator, value in votes.items():
            if value == chosen:
                self.followed[annotator] += 1
        if rule != "unanimous":
            self.decisions.append(Decision(self.article_id, unit, name, dict(votes), chosen, rule))

    def follow(self, annotators: Iterable[str], times: int) -> None:
        """Count what the annotators all have, so that there is nothing to log."""
        for annotator in annotators:
            self.followed[annotator] += times

    def name_parties(self, names: Mapping[str, str], fields: Collection[str]) -> None:
        """Have people read of parties what makes them the same, not their keys in the draft.

        Args:
            names: Key of a party -> its name.
            fields: The fields that refer to parties.
        """

        def named(value: object) -> object:
            if isinstance(value, tuple):
                return tuple(map(named, cast("tuple[object, ...]", value)))
            return names.get(value, value) if isinstance(value, str) else value

        for number, decision in enumerate(self.decisions):
            if decision.field in fields:
                candidates = {who: named(value) for who, value in decision.candidates.items()}
                self.decisions[number] = replace(
                    decision, candidates=candidates, chosen=named(decision.chosen)
                )

    def record_repair(
        self, unit: str, name: str, chosen: object, rules: tuple[str, ...], how: str
    ) -> None:
        """Log what was changed so that these rules of the scheme are kept."""
        rule = f"repair ({', '.join(rules)}): {how}"
        self.decisions.append(Decision(self.article_id, unit, name, {}, chosen, rule, rules))


def value_frequencies(documents: Iterable[AnnotationDocument]) -> CorpusFrequencies:
    """How often each value was chosen; it decides between tied values."""
    counts: dict[tuple[str, str], Counter[Value]] = defaultdict(Counter)
    for document in documents:
        for span in document.spans:
            for name, value in span.attributes.items():
                counts[span.type, name][value] += 1
        for kind, units in (("party", document.parties), ("dyad", document.dyads)):
            for unit in units:
                for name, value in values_of(unit).items():
                    counts[kind, name][value] += 1
        for name, value in document.article_labels.items():
            counts["article", name][value] += 1
    return counts


def vote(
    field: Field, votes: Votes, frequencies: Frequencies | None = None
) -> tuple[Value | None, str]:
    """The value that the annotators' votes make, and the rule that made it."""
    given: list[Value | None] = [votes[name] for name in sorted(votes)]
    if field.required and None in given:
        given = [value for value in given if value is not None]
    if not given:
        return None, "nobody chose a value"
    if is_unanimous(field, given):
        return given[0], "unanimous"
    counts = {value: given.count(value) for value in given}
    best = max(counts.values())
    if 2 * best > len(given):
        return next(value for value, count in counts.items() if count == best), "majority"
    tied = [value for value, count in counts.items() if count == best]
    rule = "chosen most often"
    if field.level == "ordinal" and None not in counts:
        tied, rule = _medians(field, given), "median"
    elif field.many:
        members = _common_members(field, given)
        if members is not None:
            return members, "members with a majority"
    return (tied[0], rule) if len(tied) == 1 else _untied(field, tied, frequencies or {})


def is_unanimous(field: Field, given: Sequence[Value | None]) -> bool:
    """Whether all chose the same; where a value is required, to choose none is no choice."""
    return given.count(given[0]) == len(given) and (given[0] is not None or not field.required)


def _medians(field: Field, given: Sequence[Value | None]) -> list[Value | None]:
    """The middle value, or the two in the middle if they differ."""
    order = {value.id: value.rank or 0 for value in field.values}
    ranked = sorted(given, key=lambda value: (order.get(str(value), 0), str(value)))
    middle = {(len(ranked) - 1) // 2, len(ranked) // 2}
    return list(dict.fromkeys(ranked[i] for i in sorted(middle)))


def _common_members(field: Field, given: Sequence[Value | None]) -> Value | None:
    """The members that more than half chose, if there are any and they may stand together."""
    sets = [value if isinstance(value, tuple) else () for value in given]
    counts = Counter(member for members in sets for member in set(members))
    common = [member for member, count in counts.items() if 2 * count > len(sets)]
    special = set(field.value_ids) if field.is_party_reference else set[str]()
    too_many = field.max_items is not None and len(common) > field.max_items
    if not common or too_many or (len(common) > 1 and special & set(common)):
        return None
    return in_order(field, common)


def in_order(field: Field, members: Iterable[str]) -> tuple[str, ...]:
    """Members of a set as the scheme lists them."""
    order = field.places
    return tuple(sorted(set(members), key=lambda member: (order.get(member, -1), member)))


def _untied(
    field: Field, tied: Sequence[Value | None], frequencies: Frequencies
) -> tuple[Value | None, str]:
    often = [0 if value is None else frequencies.get(value, 0) for value in tied]
    if often.count(max(often)) == 1:
        return tied[often.index(max(often))], "tie: more frequent in the corpus"
    left = [value for value, count in zip(tied, often, strict=True) if count == max(often)]
    listed = field.listed
    named = [value for value in left if isinstance(value, str | int | float) and value in listed]
    if len(named) == len(left):
        return min(named, key=listed.index), OPEN_TIES[0]
    return left[0], OPEN_TIES[1]
