"""What adjudication decided, and by which rule, as values that a log can keep."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from signalbook.schema.documents.jsonl import canonical_json
from signalbook.schema.documents.records import Value
from signalbook.schema.scheme.model import Field

from .voting import Frequencies, Votes, vote


@dataclass(frozen=True)
class Decision:
    """One choice between annotators, or one repair."""

    article_id: str
    #: What it is about, in words: signal [129, 164), dyad XAR → XBE.
    unit: str
    #: Field of the unit; empty if it is about the unit as a whole.
    field: str
    #: Annotator -> what this annotator said.
    candidates: Mapping[str, object]
    chosen: object
    rule: str

    def to_json(self) -> str:
        """One line of a log."""
        said: dict[str, Any] = {
            "article_id": self.article_id,
            "unit": self.unit,
            "field": self.field,
            "candidates": dict(sorted(self.candidates.items())),
            "chosen": self.chosen,
            "rule": self.rule,
        }
        return canonical_json(said)


class Choice(Protocol):
    """Decides where votes differ; None leaves the decision to the votes."""

    @property
    def rule(self) -> str:
        """What the log says of such a decision."""
        ...

    def value(self, kind: str, field: str, votes: Votes) -> Value | None:
        """A value of a field of a kind of unit."""
        ...

    def presence(self, kind: str, voters: Mapping[str, bool]) -> bool | None:
        """Whether a span of a type is in."""
        ...


@dataclass
class Ballot:
    """Takes the votes on one article, logs what was contested, counts who was followed."""

    article_id: str
    frequencies: Mapping[tuple[str, str], Frequencies]
    #: Asked before the votes are counted, where they differ.
    choice: Choice | None = None
    log: list[Decision] = field(default_factory=list[Decision])
    #: Annotator -> how often the decision was this annotator's.
    followed: Counter[str] = field(default_factory=Counter[str])

    def on_value(self, unit: str, kind: str, asked: Field, votes: Votes) -> Value | None:
        """Decide one field of one unit."""
        chosen, rule = vote(asked, votes, self.frequencies.get((kind, asked.name)))
        if self.choice is not None and rule != "unanimous":
            likely = self.choice.value(kind, asked.name, votes)
            chosen, rule = (chosen, rule) if likely is None else (likely, self.choice.rule)
        self.note(unit, asked.name, votes, chosen, rule)
        return chosen

    def on_presence(self, unit: str, voters: Mapping[str, bool], *, kind: str = "") -> bool:
        """Decide whether a unit is in: if more than half of those who saw the article have it.

        Of a span, `kind` is the type.
        """
        chosen = 2 * sum(voters.values()) > len(voters)
        rule = "majority" if chosen else "no majority"
        if self.choice is not None and kind and not all(voters.values()):
            likely = self.choice.presence(kind, voters)
            chosen, rule = (chosen, rule) if likely is None else (likely, self.choice.rule)
        self.note(unit, "", voters, chosen, "unanimous" if all(voters.values()) else rule)
        return chosen

    def note(
        self, unit: str, name: str, votes: Mapping[str, object], chosen: object, rule: str
    ) -> None:
        """Log a decision unless all agree."""
        self.followed.update(a for a, value in votes.items() if value == chosen)
        if rule != "unanimous":
            self.log.append(Decision(self.article_id, unit, name, dict(votes), chosen, rule))
