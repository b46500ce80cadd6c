"""Read a list of labels: one a line, separated by commas, as JSON, or as found in Prodigy's JSON Lines."""

from collections.abc import Iterator, Sequence
from typing import cast

from signalbook.schema.json_text import JsonError, decode_json

from .draft import DraftSpanType
from .identifiers import identifiers
from .imported import Imported, NoConfig, Unexpressed

#: What rows of Prodigy hold besides spans.
_NOT_READ = {
    "relations": "links between spans are not read; add --relation to a new scheme",
    "options": "choices about a text are not read; add --label to a new scheme",
    "label": "the label of a text as a whole is not read; add --label to a new scheme",
}


def read_labels(text: str) -> Imported:
    """The labels as span types.

    Raises:
        NoConfig: It holds no label.
    """
    start = text.lstrip()[:1]
    unexpressed: list[Unexpressed] = []
    if start == "{":
        labels = [*_of_rows(text, unexpressed)]
    elif start == "[":
        labels = _of_json(text)
    else:
        lines = [line.strip() for line in text.splitlines()]
        words = [word.strip() for line in lines if line[:1] != "#" for word in line.split(",")]
        labels = [word for word in words if word]
    distinct = list(dict.fromkeys(labels))
    if not distinct:
        raise NoConfig(1, "no label in it")
    names = identifiers(distinct, "span type")
    types = [DraftSpanType(names[label], title=label) for label in distinct]
    return Imported(tuple(types), unexpressed=tuple(unexpressed))


def _of_json(text: str) -> list[str]:
    decoded = _decoded(text, 1)
    labels = cast("Sequence[object]", decoded) if isinstance(decoded, list) else ()
    if not all(isinstance(label, str) and label.strip() for label in labels):
        raise NoConfig(1, "a list of labels holds what is no text")
    return [str(label).strip() for label in labels]


def _of_rows(text: str, unexpressed: list[Unexpressed]) -> Iterator[str]:
    """The labels of all spans, in the order in which they are met."""
    noted: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        row = _decoded(line, number)
        if not isinstance(row, dict):
            raise NoConfig(number, "a row is no object")
        values = cast("dict[str, object]", row)
        for key in _NOT_READ.keys() & values.keys() - noted:
            noted.add(key)
            unexpressed.append(Unexpressed(number, f'"{key}"', _NOT_READ[key]))
        spans = values.get("spans")
        for span in cast("Sequence[object]", spans) if isinstance(spans, list) else ():
            label = cast("dict[str, object]", span).get("label") if isinstance(span, dict) else None
            if isinstance(label, str) and label.strip():
                yield label.strip()


def _decoded(text: str, line: int) -> object:
    try:
        return decode_json(text, way_out="correct the file")
    except JsonError as error:
        raise NoConfig(line + error.line - 1, error.fact) from error
