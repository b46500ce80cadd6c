"""Let an adjudicator's decisions stand before the votes, as far as their premises hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

from pydantic import JsonValue

from signalbook.schema.documents.jsonl import canonical_json
from signalbook.schema.documents.records import AnnotationDocument

from .decision_log import Adjudicated, HumanDecision
from .party_matching import PartyGroup
from .voting import Ruling

_Chosen = TypeVar("_Chosen")

#: Whose document it is among those of the annotators of an article.
ADJUDICATOR = "the adjudicator"


@dataclass
class Rulings:
    """What an adjudicator has to say about one article, asked while its votes are counted."""

    document: AnnotationDocument
    #: How the log of votes names what is decided so.
    rule: str
    #: What was decided before; None while a new document is read: then all of it counts.
    recorded: tuple[HumanDecision, ...] | None = None
    #: The decisions that count.
    taken: list[HumanDecision] = field(default_factory=list[HumanDecision])
    #: What has to be decided again: annotators have other readings than when it was decided.
    flagged: list[HumanDecision] = field(default_factory=list[HumanDecision])

    @classmethod
    def of(cls, line: Adjudicated) -> "Rulings":
        """The decisions of the log about an article."""
        return cls(line.document, line.rule, line.decisions)

    def prevails(
        self,
        unit: str,
        id: str,
        name: str,
        readings: Mapping[str, object],
        *,
        drafted: object,
        decided: object,
        is_contested: bool,
    ) -> bool:
        """Whether the adjudicator's choice counts, and not what the votes have drafted.

        Args:
            unit: What it is about, in words.
            id: The unit in the adjudicator's document; empty if it is not there.
            name: Field of the unit; empty if it is about whether the unit is in.
            readings: Annotator -> what this annotator has, in a form that stays.
            drafted: What the votes make of it, in the same form.
            decided: What the adjudicator has, in the same form.
            is_contested: Whether annotators differ, or the adjudicator differs from all of them.
        """
        if not is_contested:
            return False
        question = HumanDecision(
            unit=unit,
            id=id,
            field=name,
            readings={annotator: plain(reading) for annotator, reading in readings.items()},
            drafted=plain(drafted),
            decided=plain(decided),
        )
        if self.recorded is None:
            self.taken.append(question)
            return True
        for decision in self.recorded:
            if (decision.id, decision.field) == (id, name) and decision.holds(question.readings):
                self.taken.append(decision)
                return True
        self.flagged.append(question)
        return False


@dataclass(frozen=True)
class Questions:
    """What the one who counts the votes asks the adjudicator, if there is one."""

    rulings: Rulings | None
    #: Key of a party in the draft -> what each has of it.
    parties: Mapping[str, PartyGroup]

    def presence(
        self, unit: str, id: str, places: Callable[[], Mapping[str, object | None]]
    ) -> Ruling[bool] | None:
        """What the adjudicator has to say on whether a unit is in.

        What the adjudicator has not is known only by where annotators have it, or between what.

        Args:
            unit: How the log calls it.
            id: The unit in the adjudicator's document; empty if it is not there.
            places: Gives annotator -> where the annotator has it; None where not.
        """
        if self.rulings is None:
            return None
        by_annotator = places()
        voters = {annotator: place is not None for annotator, place in by_annotator.items()}
        return self.ruling(unit, id, "", voters, bool(id), readings=voters if id else by_annotator)

    def ruling(
        self,
        unit: str,
        id: str,
        name: str,
        votes: Mapping[str, object],
        decided: _Chosen,
        *,
        readings: Mapping[str, object] | None = None,
    ) -> Ruling[_Chosen] | None:
        """What the adjudicator has to say, as the one who counts the votes asks for it."""
        rulings = self.rulings
        if rulings is None:
            return None
        differ = any(vote != first for first in [*votes.values()][:1] for vote in votes.values())

        def rule(drafted: _Chosen) -> tuple[_Chosen, str] | None:
            prevails = rulings.prevails(
                unit,
                id,
                name,
                {
                    a: self.described(reading, a)
                    for a, reading in (votes if readings is None else readings).items()
                },
                drafted=self.described(drafted, ADJUDICATOR),
                decided=self.described(decided, ADJUDICATOR),
                is_contested=differ or drafted != decided,
            )
            return (decided, rulings.rule) if prevails else None

        return rule

    def described(self, value: object, annotator: str) -> object:
        """A value that stays what it is if units elsewhere change: parties by their attributes."""
        if isinstance(value, tuple):
            members = cast("tuple[object, ...]", value)
            described = [self.described(member, annotator) for member in members]
            is_set = all(isinstance(member, str) for member in members)
            return sorted(described, key=canonical_json) if is_set else described
        group = self.parties.get(value) if isinstance(value, str) else None
        if group is None:
            return value
        [party, *_] = group.get(annotator) or group[min(group)]
        return party.attributes or party.id


def plain(value: object) -> JsonValue:
    """A value as JSON has it: lists for tuples, all the way down."""
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        return {key: plain(part) for key, part in items}
    if isinstance(value, list | tuple):
        return [plain(part) for part in cast("tuple[object, ...]", value)]
    return cast("JsonValue", value)
