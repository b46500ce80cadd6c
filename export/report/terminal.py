"""Measures become the text that a maintainer reads on the command line."""

from collections.abc import Iterable, Mapping, Sequence

from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.measure import Assessed, Measure
from signalbook.schema.errors import UsageError

from .section import Cell, Section
from .wording import span_of

_COLUMNS = ("kind", "unit", "field", "coefficient", "value", "interval", "target", "verdict", "n")


def agreement_table(corpus: Corpus, overall: Sequence[Assessed]) -> str:
    """A table for a terminal: kind, unit, field, value, target, n."""
    return f"{_head(corpus)}\n\n" + _aligned([_COLUMNS, *map(_row, overall)])


def section_table(section: Section) -> str:
    """A further table for a terminal."""
    cells = [[_cell(cell) for cell in row] for row in section.rows]
    return f"{section.title}\n\n" + _aligned([section.columns, *cells])


def _cell(cell: Cell) -> str:
    if cell is None:
        return "-"
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def _head(corpus: Corpus) -> str:
    seen = f"{corpus.doubly_annotated} seen by two or more"
    return f"{len(corpus.annotators)} annotators, {len(corpus.articles)} articles, {seen}"


def _row(assessed: Assessed) -> tuple[str, ...]:
    measure = assessed.measure
    value = f"{measure.value:.3f}" if measure.value is not None else "-"
    return (
        measure.name.kind,
        measure.name.unit,
        measure.name.field,
        measure.name.coefficient,
        value,
        span_of(assessed),
        f"{measure.target:g}" if measure.target is not None else "",
        measure.reason or (assessed.verdict if measure.target is not None else ""),
        str(measure.n),
    )


def below(overall: Iterable[Measure], gates: Mapping[str, float]) -> list[str]:
    """Sentences on every measure that a gate names and that is under it, or undefined.

    Raises:
        UsageError: a gate names no measure.
    """
    found = list(overall)
    said: list[str] = []
    for name, least in gates.items():
        meant = [m for m in found if str(m.name) == name]
        judged = [m for m in found if not m.name.secondary]
        meant = meant or [m for m in judged if str(m.name).startswith(name + ".")]
        meant = meant or [m for m in judged if m.name.field == name]
        if not meant:
            raise UsageError(f"{name}: no such measure; see the names in --json")
        for measure in meant:
            if measure.value is None:
                said.append(f"{measure.name}: undefined ({measure.reason})")
            elif measure.value < least:
                said.append(f"{measure.name}: {measure.value:.3f} is under {least:g}")
    return said
