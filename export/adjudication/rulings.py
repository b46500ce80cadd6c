"""Let an adjudicator's decisions stand before the votes, as far as their premises hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from pydantic import JsonValue

from signalbook.schema.documents.records import AnnotationDocument

from .decision_log import Adjudicated, HumanDecision

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
        return cls(line.document, f"adjudicated by {line.adjudicator}", line.decisions)

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


def plain(value: object) -> JsonValue:
    """A value as JSON has it: lists for tuples, all the way down."""
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        return {key: plain(part) for key, part in items}
    if isinstance(value, list | tuple):
        return [plain(part) for part in cast("tuple[object, ...]", value)]
    return cast("JsonValue", value)
