"""Lay the measures and further tables of a report out as rows, as a terminal shows them."""

from collections.abc import Iterable, Iterator

from signalbook.export.agreement.measure import MeasureWithInterval

from .breakdowns import Cell, ReportSection
from .wording import blanks, estimate, interval_text, measured_value

#: Columns of the measures on a terminal; the first three name a measure for --fail-under.
MEASURE_COLUMNS = (
    *("kind", "unit", "field", "coefficient", "value", "interval", "target", "verdict", "n"),
)


def measure_rows(results: Iterable[MeasureWithInterval]) -> Iterator[tuple[str, ...]]:
    """A row of `MEASURE_COLUMNS` for each measure."""
    for result in results:
        measure = result.measure
        has_target = measure.target is not None
        said = measure.reason or (result.verdict if has_target else "")
        yield (
            measure.name.kind,
            measure.name.unit,
            measure.name.field,
            measure.name.coefficient,
            measured_value(result, 3) or "-",
            interval_text(result),
            f"{measure.target:g}" if has_target else "",
            "; ".join(filter(None, (said, blanks(measure)))),
            str(measure.n),
        )


def section_rows(section: ReportSection) -> Iterator[list[str]]:
    """The rows of a further table."""
    for row in section.rows:
        yield [_plain(cell) or "-" for cell in row]


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, MeasureWithInterval):
        return estimate(cell)
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)
