"""What is to be repaired is asked on the task that it was said on."""

from signalbook.annotate.conversion.earlier import PAIR
from signalbook.annotate.sync.corrections import asked_on
from signalbook.annotate.sync.raw_store import RawLine, StoredAnnotation
from signalbook.schema.documents.example import read_example
from signalbook.schema.scheme.model import Scheme


def of_pair(number: int, pair: dict[str, str]) -> StoredAnnotation:
    line = RawLine("annotation", f"a{number}", "", {"task": number}, "t", "s", 1, None, "", "")
    return StoredAnnotation(line, {PAIR: {**pair}}, "ada", author_is_known=True, editor=None)


def test_what_is_wrong_in_a_dyad_is_asked_on_the_task_of_its_pair(diplomatic: Scheme) -> None:
    assert diplomatic.dyad is not None
    sides = [side.name for side in diplomatic.dyad.sides]
    document = read_example(diplomatic)
    assert document is not None
    assert len(document.dyads) > 2
    annotations = [
        of_pair(number, {side: str(dyad.attributes[side]) for side in sides})
        for number, dyad in enumerate(document.dyads)
    ]
    for number, annotation in enumerate(annotations):
        assert asked_on(annotations, f"/dyads/{number}/posture", document) == annotation
        assert asked_on(annotations[::-1], f"/dyads/{number}", document) == annotation
    assert asked_on(annotations, "/article_labels/relevance", document) == annotations[-1]
    assert asked_on(annotations[:1], "/dyads/1", None) == annotations[0]
