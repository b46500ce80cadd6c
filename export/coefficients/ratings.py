"""Ratings given by names become the code arrays that the coefficients read."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .coefficient import Floats, Ints


@dataclass(frozen=True)
class Ratings:
    """One entry per rating, in parallel arrays, sorted by unit."""

    #: Dense unit codes, ``[n_ratings]``.
    units: Ints
    #: Dense rater codes, ``[n_ratings]``.
    raters: Ints
    #: Index of the value in `values`, ``[n_ratings]``.
    codes: Ints
    #: Document of each unit, ``[n_units]``.
    documents: Ints
    values: tuple[Hashable, ...]
    unit_names: tuple[Hashable, ...]
    rater_names: tuple[Hashable, ...]
    document_names: tuple[Hashable, ...]

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[tuple[Hashable, Hashable, Hashable, Hashable | None]],
        values: Sequence[Hashable] | None = None,
    ) -> "Ratings":
        """Number documents, units, raters and values of ``(document, unit, rater, value)`` rows.

        A unit belongs to its document: equal unit names in two documents are two units. A value of
        ``None`` is a missing rating and is left out, but its unit, rater and document stay known.

        Args:
            rows: The ratings, in any order.
            values: All possible values in their order. Without it, the values found, in order of
                first appearance (good enough for nominal data only).

        Raises:
            ValueError: A value does not occur in `values`.
        """
        numbers: dict[Hashable, int] = {value: code for code, value in enumerate(values or ())}
        documents: dict[Hashable, int] = {}
        units: dict[tuple[Hashable, Hashable], int] = {}
        raters: dict[Hashable, int] = {}
        of_document: list[int] = []
        table: list[tuple[int, int, int]] = []
        for document, unit, rater, value in rows:
            number = documents.setdefault(document, len(documents))
            if (document, unit) not in units:
                units[document, unit] = len(units)
                of_document.append(number)
            rater_code = raters.setdefault(rater, len(raters))
            if value is None:
                continue
            if values is not None and value not in numbers:
                raise ValueError(f"unit {unit!r}: value {value!r} is not one of {tuple(values)!r}")
            code = numbers.setdefault(value, len(numbers))
            table.append((units[document, unit], rater_code, code))
        table.sort()
        columns = np.array(table, dtype=np.int64).reshape(-1, 3).T
        return cls(
            units=np.ascontiguousarray(columns[0]),
            raters=np.ascontiguousarray(columns[1]),
            codes=np.ascontiguousarray(columns[2]),
            documents=np.array(of_document, dtype=np.int64),
            values=tuple(numbers),
            unit_names=tuple(unit for _, unit in units),
            rater_names=tuple(raters),
            document_names=tuple(documents),
        )


@dataclass(frozen=True)
class Pairable:
    """Values without the missing ones, sorted by unit."""

    #: ``[n]``.
    units: Ints
    #: ``[n]``.
    codes: Ints
    #: Number of values of every unit, ``[n_units]``.
    sizes: Ints
    #: Weight of a pair of values of every unit, ``1 / (m - 1)``; ``[n_units]``.
    share: Floats

    def marginals(self, n_values: int, documents: Ints | None = None, rows: int = 1) -> Floats:
        """How often each value occurs in units with at least two; ``[rows, V]``."""
        kept = (self.sizes > 1)[self.units]
        where = self.codes if documents is None else documents[self.units] * n_values + self.codes
        counts = np.bincount(where[kept], minlength=rows * n_values)
        return counts.reshape(rows, n_values).astype(np.float64)


def pairable(units: Ints, codes: Ints, n_values: int) -> Pairable:
    """Drop missing values (negative codes), sort by unit, and count the values of each unit."""
    units = np.asarray(units, dtype=np.int64)
    codes = np.asarray(codes, dtype=np.int64)
    if codes.size and codes.max() >= n_values:
        raise ValueError(f"code {codes.max()} is outside of the {n_values} values")
    n_units = int(units.max()) + 1 if units.size else 0
    if codes.size and codes.min() < 0:
        present = codes >= 0
        units, codes = units[present], codes[present]
    if units.size and np.any(units[1:] < units[:-1]):
        order = np.argsort(units, kind="stable")
        units, codes = units[order], codes[order]
    sizes = np.bincount(units, minlength=n_units)
    return Pairable(units, codes, sizes, 1.0 / np.maximum(sizes - 1, 1))


def value_counts(units: Ints, codes: Ints, n_values: int, n_units: int | None = None) -> Ints:
    """How many raters gave each value to each unit, ``[n_units, n_values]``."""
    rated = pairable(units, codes, n_values)
    rows = max(len(rated.sizes), n_units or 0)
    flat = np.bincount(rated.units * n_values + rated.codes, minlength=rows * n_values)
    return flat.reshape(rows, n_values)


def sum_by_document(
    per_unit: Floats | Ints, documents: Ints | None, n_documents: int | None
) -> Floats:
    """Sum rows of units into rows of documents; without documents, one row for all."""
    if documents is None:
        return np.asarray(per_unit.sum(axis=0, keepdims=True), dtype=np.float64)
    where = np.asarray(documents, dtype=np.int64)[: len(per_unit)]
    rows = document_count(documents, n_documents)
    out = np.zeros((rows, *per_unit.shape[1:]), dtype=np.float64)
    np.add.at(out, where, per_unit)
    return out


def document_count(documents: Ints | None, n_documents: int | None) -> int:
    """The number of documents: as told, or as numbered, or one."""
    if n_documents is not None:
        return n_documents
    return 1 if documents is None else int(np.max(documents, initial=-1)) + 1
