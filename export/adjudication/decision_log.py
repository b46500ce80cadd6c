"""The log of what people decided: lines that are never rewritten, for nobody can decide them anew.

A folder of numbered JSON Lines files beside the documents. What votes decide is no part of it:
that follows from the annotations. A line is one of

- `shown`: the annotations of an article that an adjudicator was shown;
- `adjudicated`: what an adjudicator made of it, as a document and decision by decision.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, JsonValue, TypeAdapter

from signalbook.schema.documents.append_only import AppendOnlyLog
from signalbook.schema.documents.records import AnnotationDocument, AnyValue, Record


class HumanDecision(Record):
    """What an adjudicator decided about one thing, and between what."""

    #: In words, as in the log of votes: signal [129, 164).
    unit: str
    #: Id of the unit in the adjudicator's document; empty if it is not there.
    id: str
    #: Field of the unit; empty if it is about whether the unit is in.
    field: str
    #: The premises: annotator -> what this annotator had. Parties stand there by their attributes.
    readings: dict[str, AnyValue]
    #: What was proposed to the adjudicator.
    drafted: AnyValue
    decided: AnyValue

    @property
    def is_confirmed(self) -> bool:
        """Whether it was left as proposed."""
        return self.drafted == self.decided

    def holds(self, readings: dict[str, JsonValue]) -> bool:
        """Whether annotators still have what it was decided between, and nobody something else."""
        before = [*self.readings.values()]
        return all(
            reading == self.readings[name] if name in self.readings else reading in before
            for name, reading in readings.items()
        ) and not (self.readings.keys() - readings.keys())


class Shown(Record):
    """The annotations of one article that an adjudicator was shown."""

    kind: Literal["shown"]
    article: str
    #: Hash of the annotations.
    made_from: str
    at: str
    documents: tuple[AnnotationDocument, ...]


class Adjudicated(Record):
    """What an adjudicator made of one article."""

    kind: Literal["adjudicated"]
    article: str
    #: Pseudonym of the adjudicator.
    adjudicator: str
    #: When the adjudicator submitted it.
    at: str
    #: Identity of the adjudicator's annotation.
    annotation: str
    #: Hash of the annotations that the adjudicator was shown.
    made_from: str
    document: AnnotationDocument
    decisions: tuple[HumanDecision, ...]

    @property
    def rule(self) -> str:
        """How the log of votes names what was decided so."""
        return f"adjudicated by {self.adjudicator}"

    @property
    def sha256(self) -> str:
        """Hash of the line."""
        return hashlib.sha256(self.to_json().encode("utf-8")).hexdigest()


def of_own_work(
    lines: Iterable[Adjudicated], documents: Iterable[AnnotationDocument]
) -> list[Adjudicated]:
    """What adjudicators decided about articles that they have annotated, too."""
    annotated = {(document.article.id, document.annotator.id) for document in documents}
    return [line for line in lines if (line.article, line.adjudicator) in annotated]


_LINE: TypeAdapter[Shown | Adjudicated] = TypeAdapter(
    Annotated[Shown | Adjudicated, Field(discriminator="kind")]
)


class DecisionLog:
    """The log in a folder."""

    def __init__(self, folder: Path) -> None:
        self._log = AppendOnlyLog(folder, _LINE, damaged="is no line of the log of decisions")

    @property
    def latest(self) -> dict[str, Adjudicated]:
        """Article id -> what was made of it last.

        Raises:
            DocumentError: The log is damaged.
        """
        made = [line for line in self._log.lines if isinstance(line, Adjudicated)]
        return {line.article: line for line in sorted(made, key=lambda line: line.at)}

    @property
    def hashes(self) -> dict[str, str]:
        """Article id -> hash of what was decided about it last."""
        return {article: line.sha256 for article, line in self.latest.items()}

    def shown(self, article: str, made_from: str) -> Shown | None:
        """What an adjudicator of an article was shown, by its hash."""
        return next(
            (
                line
                for line in self._log.lines
                if isinstance(line, Shown)
                and (line.article, line.made_from) == (article, made_from)
            ),
            None,
        )

    def has(self, annotation: str, at: str) -> bool:
        """Whether this version of an adjudicator's annotation is in it."""
        return any(
            isinstance(line, Adjudicated) and (line.annotation, line.at) == (annotation, at)
            for line in self._log.lines
        )

    def append(self, lines: Iterable[Shown | Adjudicated]) -> None:
        """Add lines, in one new file."""
        self._log.append(lines)
