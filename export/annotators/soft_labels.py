"""Soft labels: the share of votes for every value of every unit, and its probability by models."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
import pyarrow as pa

from signalbook.export.agreement.in_release import InRelease
from signalbook.export.coefficients.coefficient import Ints
from signalbook.export.dataset.parquet import parquet_bytes_of_parts
from signalbook.schema.tables.columns import SPAN_IDS, SPLIT, TEXT, Column, TableSchema

from .labels import JudgedUnit, Labels
from .models import MIN_PROBABILITY, FittedModel, Models

#: Units whose columns are in memory of Python at once.
_BATCH = 10_000

SOFT_LABELS = TableSchema(
    "soft_labels",
    "Soft labels of what annotators judged, three beside each other: the share of votes for a "
    "value, and its probability given all judgements under two models of annotators. A field has "
    "rows if one value of several that the scheme lists is chosen: sets, references, words and "
    "numbers that are not listed have none.",
    (
        Column("article_id", TEXT, "The article.", nullable=False),
        SPLIT,
        Column(
            "layer",
            TEXT,
            "span, attribute, article_label, or a further kind of unit.",
            nullable=False,
        ),
        Column(
            "unit_type",
            TEXT,
            "Span type, article, all span types, or a further kind of unit.",
            nullable=False,
        ),
        Column(
            "unit",
            TEXT,
            "Name of the unit within its article: [start, end) of a span; article; of what else is "
            "judged what it is known by, but for the field that is judged, as an annotator wrote it, "
            "with / between its parts. Of two sides, it is from_name -> to_name of items.parquet. A "
            "second unit of the same name ends in #2.",
            nullable=False,
        ),
        Column("start", pa.int32(), "First code point, of spans."),
        Column("end", pa.int32(), "Code point after the last, of spans."),
        Column(
            "gold_span_id",
            TEXT,
            "span_id of the span of gold that the unit became: one of its type, or where the type "
            "is judged, of any; null without one, and of what is no span.",
        ),
        SPAN_IDS,
        Column("field", TEXT, "What is judged.", nullable=False),
        Column(
            "value",
            TEXT,
            "One of the values, as text: true, 5; of a span's type also absent: nothing is there.",
            nullable=False,
        ),
        Column(
            "probability",
            pa.float64(),
            "majority: the share of votes, which is no probability of being right. dawid-skene, "
            "mace: the posterior probability under the model. Values below "
            f"{MIN_PROBABILITY} are left out.",
            nullable=False,
        ),
        Column("model", TEXT, "majority, dawid-skene or mace.", nullable=False),
    ),
    ("article_id", "layer", "unit_type", "unit", "field", "model", "value"),
)


def soft_labels_table(models: Models, where: InRelease | None = None) -> pa.Table:
    """A row for each probable value of each unit, by field and model in the order of the fits.

    Args:
        models: The fitted models.
        where: Where units are found in a release, if they are in one.
    """
    parts = [SOFT_LABELS.described.empty_table(), *_parts(models, where)]
    return pa.concat_tables(parts)


def soft_labels_parquet(models: Models, where: InRelease | None = None) -> bytes:
    """The table as a file."""
    return parquet_bytes_of_parts(_parts(models, where), SOFT_LABELS.described)


def _parts(models: Models, where: InRelease | None) -> Iterator[pa.Table]:
    """The rows of one model of one field after another."""
    where = where or InRelease(models.corpus)
    # Models of one kind of unit speak of the same units, which are found once for all of them.
    for _, fits in groupby(models.fits, key=lambda fit: id(fit.labels.all_units)):
        of_units = [*fits]
        units = _units(of_units[0].labels, where)
        yield from (_rows(fit, units) for fit in of_units)


def _units(labels: Labels, where: InRelease) -> pa.Table:
    """What the columns say of each unit."""
    units = labels.all_units
    # Some units at a time, as columns of Python are large.
    parts = (units[start : start + _BATCH] for start in range(0, len(units), _BATCH))
    at_place = labels.kind == "span"
    return pa.concat_tables([_columns(part, where, at_place=at_place) for part in parts])


def _columns(units: Sequence[JudgedUnit], where: InRelease, *, at_place: bool) -> pa.Table:
    places = [(unit.article, unit.spans) for unit in units]
    columns = {
        "article_id": [where.corpus.articles[unit.article] for unit in units],
        "split": [where.split(unit.article) for unit in units],
        "unit": [unit.key for unit in units],
        "start": [unit.start for unit in units],
        "end": [unit.end for unit in units],
        "gold_span_id": [where.gold_span_id(place, at_place=at_place) for place in places],
        "span_ids": [where.span_ids(place) for place in places],
    }
    return pa.table(columns, pa.schema([SOFT_LABELS.described.field(name) for name in columns]))


def _rows(fit: FittedModel, units: pa.Table) -> pa.Table:
    labels, schema = fit.labels, SOFT_LABELS.described
    rows, values = (
        places.astype(np.int64) for places in np.nonzero(fit.posteriors >= MIN_PROBABILITY)
    )
    first = np.zeros(len(rows), dtype=np.int64)
    of_units = units.take(pa.array(labels.numbers[rows]))
    columns = dict(zip(of_units.column_names, of_units.columns, strict=True)) | {
        "layer": _taken([labels.kind], first),
        "unit_type": _taken([labels.unit], first),
        "field": _taken([labels.field], first),
        "value": _taken(labels.values, values),
        "probability": pa.array(fit.posteriors[rows, values], pa.float64()),
        "model": _taken([fit.model], first),
    }
    return pa.Table.from_arrays([columns[name] for name in schema.names], schema=schema)


def _taken(names: Sequence[str], places: Ints) -> pa.Array:
    return pa.array(names, pa.string()).take(pa.array(places))
