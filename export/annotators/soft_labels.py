"""Fitted models become soft labels: the probability of every value of every unit, as rows."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from signalbook.export.coefficients.coefficient import Ints
from signalbook.export.dataset.parquet import parquet_bytes

from .models import LEAST, Fit, Models

POSTERIORS = pa.schema(
    [
        pa.field("article_id", pa.string(), nullable=False),
        pa.field(
            "layer",
            pa.string(),
            nullable=False,
            metadata={"description": "span, attribute, party, dyad or article_label"},
        ),
        pa.field(
            "unit_type",
            pa.string(),
            nullable=False,
            metadata={"description": "span type, party, dyad, article, or all span types"},
        ),
        pa.field(
            "unit",
            pa.string(),
            nullable=False,
            metadata={"description": "name of the unit within its article"},
        ),
        pa.field("start", pa.int32(), metadata={"description": "code point, of spans"}),
        pa.field("end", pa.int32(), metadata={"description": "exclusive, of spans"}),
        pa.field("field", pa.string(), nullable=False),
        pa.field(
            "value",
            pa.string(),
            nullable=False,
            metadata={"description": "of a span's type also absent: nothing is there"},
        ),
        pa.field(
            "probability",
            pa.float64(),
            nullable=False,
            metadata={"description": f"values below {LEAST} are left out"},
        ),
        pa.field(
            "model",
            pa.string(),
            nullable=False,
            metadata={"description": "majority (share of votes), dawid-skene or mace"},
        ),
    ]
)


def posterior_table(models: Models) -> pa.Table:
    """A row for each probable value of each unit, by layer and model in the order of the fits."""
    parts = [_rows(fit, models.corpus.articles) for fit in models.fits]
    return pa.concat_tables(parts) if parts else POSTERIORS.empty_table()


def soft_labels_parquet(models: Models) -> bytes:
    """The table as a file."""
    return parquet_bytes(posterior_table(models))


def _rows(fit: Fit, articles: Sequence[str]) -> pa.Table:
    own = fit.labels
    units, values = (found.astype(np.int64) for found in np.nonzero(fit.posteriors >= LEAST))
    starts = [unit.start for unit in own.units]
    ends = [unit.end for unit in own.units]
    article = np.array([unit.article for unit in own.units], dtype=np.int64)
    same = np.zeros(len(units), dtype=np.int64)
    columns = [
        _taken(articles, article[units]),
        _taken([own.layer], same),
        _taken([own.unit], same),
        _taken([unit.key for unit in own.units], units),
        pa.array(starts, pa.int32()).take(pa.array(units)),
        pa.array(ends, pa.int32()).take(pa.array(units)),
        _taken([own.field], same),
        _taken(own.values, values),
        pa.array(fit.posteriors[units, values], pa.float64()),
        _taken([fit.model], same),
    ]
    return pa.Table.from_arrays(columns, schema=POSTERIORS)


def _taken(names: Sequence[str], places: Ints) -> pa.Array:
    return pa.array(names, pa.string()).take(pa.array(places))
