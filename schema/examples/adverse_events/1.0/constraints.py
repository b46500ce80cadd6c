"""Rules of the adverse-event scheme that its JSON does not state."""

from collections.abc import Iterator

from signalbook.schema.rules import Annotation, Finding, flag


def a05(annotation: Annotation) -> Iterator[Finding]:
    """A serious report suspects a medicine."""
    serious = flag(annotation.document.article_labels, "serious")
    if serious and not any(annotation.links("causes")):
        yield Finding("serious, but nothing is caused", field="serious")
