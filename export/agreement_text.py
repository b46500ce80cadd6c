"""Measures become the text and the JSON that a maintainer reads on the command line."""

from collections.abc import Iterable, Mapping, Sequence

from signalbook.schema.scheme import Json

from .assessed import Assessed
from .corpus import Corpus
from .measure import Measure

_COLUMNS = ("layer", "unit", "field", "coefficient", "value", "interval", "target", "verdict", "n")


def agreement_json(
    corpus: Corpus,
    overall: Sequence[Assessed],
    pairs: Iterable[tuple[str, str, Sequence[Measure]]],
) -> dict[str, Json]:
    """What was measured, JSON-shaped."""
    return {
        "articles": len(corpus.articles),
        "doubly_annotated": corpus.doubly_annotated,
        "annotators": list(corpus.annotators),
        "measures": [measure.to_dict() for measure in overall],
        "pairs": [
            {"annotators": [one, other], "measures": [measure.to_dict() for measure in found]}
            for one, other, found in pairs
        ],
    }


def agreement_table(corpus: Corpus, overall: Sequence[Assessed]) -> str:
    """A table for a terminal: layer, unit, field, value, target, n."""
    columns = _COLUMNS
    rows = [columns, *map(_row, overall)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows]
    return f"{_head(corpus)}\n\n" + "\n".join(line.rstrip() for line in lines)


def _head(corpus: Corpus) -> str:
    seen = f"{corpus.doubly_annotated} seen by two or more"
    return f"{len(corpus.annotators)} annotators, {len(corpus.articles)} articles, {seen}"


def _row(assessed: Assessed) -> tuple[str, ...]:
    measure, interval = assessed.measure, assessed.interval
    value = f"{measure.value:.3f}" if measure.value is not None else f"- ({measure.reason})"
    known = interval.low is not None and interval.high is not None
    return (
        measure.layer,
        measure.unit,
        measure.field,
        measure.coefficient,
        value,
        f"{interval.low:.2f} to {interval.high:.2f}" if known else "",
        f"{measure.target:g}" if measure.target is not None else "",
        assessed.verdict if measure.target is not None else "",
        str(measure.n),
    )


def agreement_markdown(corpus: Corpus, overall: Sequence[Assessed]) -> str:
    """The same table for the release's agreement/report.md."""
    head = _head(corpus)
    lines = [
        "# Agreement\n",
        f"{head}. Intervals are of 95 %, over documents.\n",
        "| " + " | ".join(_COLUMNS) + " |",
        "| --- " * len(_COLUMNS) + "|",
    ]
    lines += ["| " + " | ".join(_row(one)) + " |" for one in overall]
    return "\n".join(lines) + "\n"


def below(overall: Iterable[Measure], gates: Mapping[str, float]) -> list[str]:
    """Sentences on every measure that a gate names and that is under it, or unknown."""
    found = list(overall)
    said: list[str] = []
    for name, least in gates.items():
        meant = [m for m in found if m.name == name or m.name.startswith(name + ".")]
        meant = meant or [m for m in found if m.field == name]
        if not meant:
            said.append(f"{name}: no such measure; see the names in --json")
        for measure in meant:
            if measure.value is None:
                said.append(f"{measure.name}: undefined ({measure.reason})")
            elif measure.value < least:
                said.append(f"{measure.name}: {measure.value:.3f} is under {least:g}")
    return said
