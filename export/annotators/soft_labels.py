"""Soft labels: the probability of every value of every unit by the fitted models, as a table."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from signalbook.export.coefficients.coefficient import Ints
from signalbook.export.dataset.parquet import parquet_bytes

from .models import MIN_PROBABILITY, FittedModel, Models

POSTERIORS = pa.schema(
    [
        pa.field("article_id", pa.string(), nullable=False),
        pa.field(
            "layer",
            pa.string(),
            nullable=False,
            metadata={"description": "span, attribute, article_label, or a further kind of unit"},
        ),
        pa.field(
            "unit_type",
            pa.string(),
            nullable=False,
            metadata={
                "description": "span type, article, all span types, or a further kind of unit"
            },
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
            metadata={"description": f"values below {MIN_PROBABILITY} are left out"},
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
    """A row for each probable value of each unit, by field and model in the order of the fits."""
    parts = [_rows(fit, models.corpus.articles) for fit in models.fits]
    return pa.concat_tables(parts) if parts else POSTERIORS.empty_table()


def soft_labels_parquet(models: Models) -> bytes:
    """The table as a file."""
    return parquet_bytes(posterior_table(models))


def _rows(fit: FittedModel, articles: Sequence[str]) -> pa.Table:
    labels = fit.labels
    probable = np.nonzero(fit.posteriors >= MIN_PROBABILITY)
    units, values = (places.astype(np.int64) for places in probable)
    starts = [unit.start for unit in labels.units]
    ends = [unit.end for unit in labels.units]
    article = np.array([unit.article for unit in labels.units], dtype=np.int64)
    first = np.zeros(len(units), dtype=np.int64)
    columns = [
        _taken(articles, article[units]),
        _taken([labels.kind], first),
        _taken([labels.unit], first),
        _taken([unit.key for unit in labels.units], units),
        pa.array(starts, pa.int32()).take(pa.array(units)),
        pa.array(ends, pa.int32()).take(pa.array(units)),
        _taken([labels.field], first),
        _taken(labels.values, values),
        pa.array(fit.posteriors[units, values], pa.float64()),
        _taken([fit.model], first),
    ]
    return pa.Table.from_arrays(columns, schema=POSTERIORS)


def _taken(names: Sequence[str], places: Ints) -> pa.Array:
    return pa.array(names, pa.string()).take(pa.array(places))
