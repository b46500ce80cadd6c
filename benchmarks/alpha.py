"""Time and memory of Krippendorff's alpha beside the `krippendorff` package, on the same table.

    python benchmarks/alpha.py [--units 1000000] [--peer-bytes 4e9]

Both read the same raters x units table of floats with NaN for missing; turning it into codes is
part of our time. The peer makes arrays of units x values x values: where they would need more than
`--peer-bytes`, it gets fewer units and its time is scaled up, since it is linear in the units.
"""

import argparse
import sys
import time
import tracemalloc
from collections.abc import Callable

import krippendorff
import numpy as np

from signalbook.export.coefficients.alpha import krippendorff_alpha
from signalbook.export.coefficients.coefficient import Floats
from signalbook.export.coefficients.distances import Level


def generated(n_units: int, n_raters: int, n_values: int, seed: int = 0) -> Floats:
    """A table of raters by units, a fifth of it missing."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(n_values, size=n_units)
    noise = rng.integers(n_values, size=(n_raters, n_units))
    table = np.where(rng.random(noise.shape) < 0.7, truth, noise).astype(np.float64)
    table[rng.random(table.shape) < 0.2] = np.nan
    return table


def ours(table: Floats, level: Level, n_values: int) -> float | None:
    by_unit = table.T
    present = ~np.isnan(by_unit)
    units, codes = np.nonzero(present)[0], by_unit[present].astype(np.int64)
    return krippendorff_alpha(units, codes, level, n_values=n_values).value


def theirs(table: Floats, level: Level, n_values: int) -> float:
    return float(
        krippendorff.alpha(
            reliability_data=table,
            level_of_measurement=level,
            value_domain=np.arange(n_values),
        )
    )


def seconds(run: Callable[[], object], repeats: int = 3) -> float:
    best = np.inf
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return float(best)


def peak(run: Callable[[], object]) -> float:
    """Megabytes allocated at most, beyond what was there."""
    tracemalloc.start()
    run()
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return highest / 1e6


def compare(n_units: int, n_raters: int, n_values: int, level: Level, peer_bytes: float) -> str:
    table = generated(n_units, n_raters, n_values)
    fewer = min(n_units, int(peer_bytes / (2.5 * 8 * n_values**2)))
    part = table[:, :fewer]
    assert np.isclose(ours(part, level, n_values) or 0, theirs(part, level, n_values), atol=1e-10)
    own, other = (
        seconds(lambda: ours(table, level, n_values)),
        (seconds(lambda: theirs(part, level, n_values)) * n_units / fewer),
    )
    own_peak = peak(lambda: ours(table, level, n_values))
    other_peak = peak(lambda: theirs(part, level, n_values)) * n_units / fewer
    mark = "" if fewer == n_units else "*"
    return (
        f"{n_units:>9,} {n_raters:>6} {n_values:>6}  {level:<9}{own:>8.3f} s{other:>8.3f} s{mark:1}"
        f"{other / own:>7.1f} x{own_peak:>8.0f} MB{other_peak:>9.0f} MB{mark}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=1_000_000)
    parser.add_argument("--peer-bytes", type=float, default=4e9)
    chosen = parser.parse_args()
    print("$ python", *sys.argv)
    print("    units raters values  level       ours  krippendorff  ratio   our peak  their peak")
    rows: list[tuple[int, int, int, Level]] = [
        (chosen.units // 100, 3, 5, "nominal"),
        (chosen.units // 10, 3, 5, "nominal"),
        (chosen.units, 3, 5, "nominal"),
        (chosen.units, 3, 5, "ordinal"),
        (chosen.units, 3, 5, "interval"),
        (chosen.units, 10, 5, "nominal"),
        (chosen.units, 3, 20, "nominal"),
        (chosen.units // 10, 3, 100, "interval"),
    ]
    for row in rows:
        print(compare(*row, chosen.peer_bytes), flush=True)
    print("* measured on fewer units and scaled up")


if __name__ == "__main__":
    main()
