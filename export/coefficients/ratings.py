"""Ratings as arrays of codes, which the coefficients for categories read."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from .coefficient import Floats, Ints


@dataclass(frozen=True)
class Ratings:
    """One entry per rating, in parallel arrays, sorted by unit; missing ratings are left out."""

    #: Unit of each rating, ``[n]``, numbered from 0.
    units: Ints
    #: Rater of each rating, ``[n]``, numbered from 0.
    raters: Ints
    #: Index of each rating's value in `values`, ``[n]``.
    codes: Ints
    #: Article of each unit, ``[n_units]``, numbered from 0.
    articles: Ints
    #: The values in the order of their codes.
    values: tuple[Hashable, ...]
    #: The units in the order of their numbers.
    unit_names: tuple[Hashable, ...]
    #: The raters in the order of their numbers.
    rater_names: tuple[Hashable, ...]
    #: The articles in the order of their numbers.
    article_names: tuple[Hashable, ...]

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[tuple[Hashable, Hashable, Hashable, Hashable | None]],
        values: Sequence[Hashable] | None = None,
    ) -> "Ratings":
        """Number articles, units, raters and values of ``(article, unit, rater, value)`` rows.

        A unit belongs to its article: equal unit names in two articles are two units. A value of
        ``None`` is a missing rating and is left out, but its unit, rater and article are numbered.

        Args:
            rows: The ratings, in any order.
            values: All possible values in their order. Without it, the values that occur, in order
                of first appearance (good enough for nominal data only).

        Raises:
            ValueError: A value does not occur in `values`.
        """
        places: list[tuple[Hashable, Hashable, Hashable]] = []
        given: list[Hashable | None] = []
        for article, unit, rater, value in rows:
            places.append((article, unit, rater))
            given.append(value)
        return RatedUnits.from_rows(places).ratings(given, values)


@dataclass(frozen=True)
class RatedUnits:
    """Who was asked about which units: what the ratings of all fields of these units share."""

    #: Unit of each question, ``[n]``, numbered from 0.
    units: Ints
    #: Rater of each, ``[n]``, numbered from 0.
    raters: Ints
    #: Article of each unit, ``[n_units]``, numbered from 0.
    articles: Ints
    #: As of `Ratings`.
    unit_names: tuple[Hashable, ...]
    rater_names: tuple[Hashable, ...]
    article_names: tuple[Hashable, ...]

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[Hashable, Hashable, Hashable]]) -> "RatedUnits":
        """Number articles, units and raters of ``(article, unit, rater)`` rows."""
        articles: dict[Hashable, int] = {}
        units: dict[tuple[Hashable, Hashable], int] = {}
        raters: dict[Hashable, int] = {}
        unit_articles: list[int] = []
        of_units: list[int] = []
        of_raters: list[int] = []
        for article, unit, rater in rows:
            number = units.setdefault((article, unit), len(units))
            if number == len(unit_articles):
                unit_articles.append(articles.setdefault(article, len(articles)))
            of_units.append(number)
            of_raters.append(raters.setdefault(rater, len(raters)))
        return cls(
            units=np.array(of_units, dtype=np.int64),
            raters=np.array(of_raters, dtype=np.int64),
            articles=np.array(unit_articles, dtype=np.int64),
            unit_names=tuple(unit for _, unit in units),
            rater_names=tuple(raters),
            article_names=tuple(articles),
        )

    def ratings(
        self, given: Iterable[Hashable | None], values: Sequence[Hashable] | None = None
    ) -> Ratings:
        """The ratings of one field.

        Args:
            given: The answer to each question, in their order; ``None`` is missing.
            values: As of `Ratings.from_rows`.

        Raises:
            ValueError: A value does not occur in `values`.
        """
        listed: dict[Hashable | None, int] = {v: code for code, v in enumerate(values or ())}
        numbers = defaultdict(count(len(listed)).__next__, listed)
        numbers[None] = -1
        codes = np.fromiter(map(numbers.__getitem__, given), np.int64)
        del numbers[None]
        if values is not None and len(numbers) > len(values):
            at = int(np.flatnonzero(codes >= len(values))[0])
            unit, value = self.unit_names[self.units[at]], list(numbers)[int(codes[at])]
            raise ValueError(f"unit {unit!r}: value {value!r} is not one of {tuple(values)!r}")
        order = np.lexsort((codes, self.raters, self.units))
        order = order[codes[order] >= 0]
        return Ratings(
            units=self.units[order],
            raters=self.raters[order],
            codes=codes[order],
            articles=self.articles,
            values=tuple(numbers),
            unit_names=self.unit_names,
            rater_names=self.rater_names,
            article_names=self.article_names,
        )


@dataclass(frozen=True)
class Pairable:
    """Values without the missing ones, sorted by unit."""

    #: Unit of each value, ``[n]``.
    units: Ints
    #: Code of each value, ``[n]``.
    codes: Ints
    #: Number of values of every unit, ``[n_units]``.
    sizes: Ints
    #: Weight of a pair of values of every unit, ``1 / (m - 1)``; ``[n_units]``.
    share: Floats

    def marginals(self, n_values: int, articles: Ints | None = None, rows: int = 1) -> Floats:
        """How often each value occurs in units with at least two; ``[rows, V]``."""
        kept = (self.sizes > 1)[self.units]
        cells = self.codes if articles is None else articles[self.units] * n_values + self.codes
        counts = np.bincount(cells[kept], minlength=rows * n_values)
        return counts.reshape(rows, n_values).astype(np.float64)


def pairable(units: Ints, codes: Ints, n_values: int) -> Pairable:
    """Drop missing values (negative codes), sort by unit, and count the values of each unit.

    Raises:
        ValueError: A code is not below `n_values`.
    """
    units = np.asarray(units, dtype=np.int64)
    codes = np.asarray(codes, dtype=np.int64)
    check_codes(codes, n_values)
    n_units = int(units.max()) + 1 if units.size else 0
    if codes.size and codes.min() < 0:
        present = codes >= 0
        units, codes = units[present], codes[present]
    if units.size and np.any(units[1:] < units[:-1]):
        order = np.argsort(units, kind="stable")
        units, codes = units[order], codes[order]
    sizes = np.bincount(units, minlength=n_units)
    return Pairable(units, codes, sizes, 1.0 / np.maximum(sizes - 1, 1))


def check_codes(codes: Ints, n_values: int) -> None:
    """Refuse codes that are no value.

    Raises:
        ValueError: A code is not below `n_values`.
    """
    if codes.size and codes.max() >= n_values:
        raise ValueError(f"code {codes.max()} is outside of the {n_values} values")


def value_counts(units: Ints, codes: Ints, n_values: int, n_units: int | None = None) -> Ints:
    """How many raters gave each value to each unit.

    Args:
        units: Unit of each value, ``[n]`` integers, numbered from 0.
        codes: Value, ``[n]`` integers; negative is missing.
        n_values: How many values there are, V.
        n_units: Number of units, if the last ones may have no value.

    Returns:
        ``[n_units, V]``.

    Raises:
        ValueError: A code is not below `n_values`.
    """
    rated = pairable(units, codes, n_values)
    rows = max(len(rated.sizes), n_units or 0)
    counts = np.bincount(rated.units * n_values + rated.codes, minlength=rows * n_values)
    return counts.reshape(rows, n_values)


def sum_by_article(
    per_unit: Floats | Ints, articles: Ints | None, n_articles: int | None
) -> Floats:
    """Sum rows of units into rows of articles; without articles, one row for all."""
    if articles is None:
        return np.asarray(per_unit.sum(axis=0, keepdims=True), dtype=np.float64)
    unit_articles = np.asarray(articles, dtype=np.int64)[: len(per_unit)]
    sums = np.zeros((article_count(articles, n_articles), *per_unit.shape[1:]))
    np.add.at(sums, unit_articles, per_unit)
    return sums


def article_count(articles: Ints | None, n_articles: int | None) -> int:
    """The number of articles: as given, or as numbered, or one."""
    if n_articles is not None:
        return n_articles
    return 1 if articles is None else int(np.max(articles, initial=-1)) + 1
