"""What is wrong in an annotation document, as values that a report can show."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True)
class Issue:
    """One finding in one document."""

    #: Constraint of the scheme (C04), built-in check (text), or "schema".
    id: str
    severity: Literal["error", "warning"]
    #: A sentence that an annotator understands.
    message: str
    article_id: str
    annotator_id: str
    #: Id of the span, party or relation, if it is about one.
    unit: str | None = None
    #: Where to look in the text.
    start: int | None = None
    end: int | None = None
    #: What exactly is so.
    fact: str = ""
    #: JSON Pointer into the document.
    path: str = ""

    def to_dict(self) -> dict[str, str | int | None]:
        """JSON-shaped."""
        return asdict(self)


def errors(issues: Iterable[Issue]) -> list[Issue]:
    """The findings that keep a document out of a release."""
    return [issue for issue in issues if issue.severity == "error"]
