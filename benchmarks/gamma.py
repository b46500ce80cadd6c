"""Gamma beside pygamma-agreement with its faster solver, CBC: same articles, same definition.

    python -P benchmarks/gamma.py [--articles 30] [--stress 60]

Both sample 30 random continua an article; theirs are not ours, so gamma is asserted to agree
within sampling noise, and the disorder of every observed article to 1e-6. The stress compares
single best alignments of the same spans, crowded and sparse. Loading compiled code is not part of
the times; what compiling it for the first time takes is measured in a fresh process with an empty
cache. Install pygamma-agreement with its extra `CBC`.
"""

import argparse
import logging
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from adjudication import processor_time
from decomposition import large

from signalbook.export.coefficients.gamma.alignment import (
    Alignment,
    Continuum,
    Dissimilarity,
    best_alignments,
)
from signalbook.export.coefficients.gamma.gamma import GammaResult, mathet_gamma
from signalbook.schema.documents.jsonl import write_documents
from signalbook.schema.scheme.loader import load_scheme

warnings.simplefilter("ignore")
COMPILE = """
import time, numpy as np
from signalbook.export.coefficients.gamma.gamma import mathet_gamma
from signalbook.export.coefficients.gamma.alignment import Continuum
random = np.random.default_rng(0)
starts = random.uniform(0, 800, 45)
own = Continuum(starts, starts + random.uniform(20, 200, 45), random.integers(0, 4, 45),
                np.repeat(np.arange(3), 15), 3)
begun = time.perf_counter()
mathet_gamma([own], n_samples=30)
print(time.perf_counter() - begun)
"""


def realistic(seed: int, n: int, each: int, length: float) -> Continuum:
    """The same spans for all simulated annotators, some overlooked, some moved or relabelled."""
    rng = np.random.default_rng(seed)
    starts = rng.uniform(0, length, each)
    ends = starts + 3 + rng.exponential(40, each)
    kept = np.flatnonzero(rng.random(n * each) < 0.9)
    annotators, truth = kept // each, kept % each
    starts = np.round(starts[truth] + rng.normal(0, 8, len(kept)))
    ends = np.maximum(starts + 1, np.round(ends[truth] + rng.normal(0, 8, len(kept))))
    wrong = rng.random(len(kept)) < 0.15
    categories = np.where(wrong, rng.integers(0, 4, len(kept)), truth % 4)
    return Continuum(starts, ends, categories, annotators, n)


def crowded(seed: int, n: int, each: int, length: float) -> Continuum:
    """Random spans that overlap the more the shorter the text."""
    rng = np.random.default_rng(seed)
    starts = np.floor(rng.uniform(0, length, n * each))
    ends = starts + np.floor(rng.uniform(20, 200, n * each))
    return Continuum(starts, ends, rng.integers(0, 4, n * each), np.repeat(np.arange(n), each), n)


def peer(marked: Continuum) -> Any:
    """The same continuum there; it drops repeated spans, which do not occur here."""
    import pygamma_agreement
    from pyannote.core import Segment

    other = pygamma_agreement.Continuum()
    for annotator in range(marked.n_annotators):
        other.add_annotator(str(annotator))
    for row in zip(marked.annotators, marked.starts, marked.ends, marked.categories, strict=True):
        other.add(str(row[0]), Segment(float(row[1]), float(row[2])), str(row[3]))
    assert other.num_units == len(marked)
    return other


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.perf_counter()
    result = run()
    return result, time.perf_counter() - begun


def noise(result: GammaResult) -> float:
    """Standard error of the difference of two means of gamma, each from samples of its own."""
    variances: list[float] = []
    for article in result.articles:
        assert article is not None
        assert article.chance is not None
        drawn = np.array([alignment.disorder for alignment in article.chance.alignments])
        slope = article.best.disorder / drawn.mean() ** 2
        variances.append(slope**2 * drawn.var() / len(drawn))
    return float(np.sqrt(2 * np.sum(variances)) / len(variances))


def end_to_end(name: str, articles: Sequence[Continuum], min_ratio: float) -> str:
    ours, own_time = min(
        (timed(lambda: mathet_gamma(articles)) for _ in range(3)), key=lambda r: r[1]
    )
    others = [peer(article) for article in articles]
    np.random.seed(0)
    theirs, their_time = timed(lambda: [other.compute_gamma(n_samples=30) for other in others])
    observed = [result.observed_disorder for result in theirs]
    assert np.allclose(ours.observed, observed, atol=1e-6)
    mean = float((1 - ours.observed / ours.expected).mean())
    their_mean = np.mean([result.gamma for result in theirs])
    assert abs(mean - their_mean) < 4 * noise(ours), (mean, their_mean)
    ratio = their_time / own_time
    return (
        f"{name:<34}{own_time:>9.3f} s{their_time:>9.2f} s{ratio:>8.0f} x (asked {min_ratio:.0f})"
        f"  gamma {mean:.4f} / {their_mean:.4f}  proven {ours.proven:.1%}"
    )


def _aligned(article: Continuum, measure: Dissimilarity) -> Alignment:
    return best_alignments([article], measure)[0]


def alone(name: str, articles: Sequence[Continuum]) -> str:
    """What pygamma-agreement cannot enumerate in reasonable time or memory."""
    measure = Dissimilarity()
    single = [timed(partial(_aligned, d, measure)) for d in articles]
    result, seconds = timed(lambda: mathet_gamma(articles[:1]))
    worst = max(each for _, each in single)
    proven = np.mean([alignment.proven for alignment, _ in single])
    return (
        f"{name:<34}{np.mean([s for _, s in single]):>9.3f} s an alignment, at most {worst:.3f} s,"
        f" proven {proven:.0%}; gamma with 30 samples {seconds:.2f} s, proven {result.proven:.0%}"
    )


def whole_command(n_annotators: int, n_articles: int) -> str:
    """Processor time of the whole report of many annotators, of which gamma is the longest part."""
    documents = large(n_articles, n_annotators, load_scheme())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "annotations.jsonl"
        write_documents(path, documents)
        seconds = processor_time("agreement", path, "--scheme", load_scheme().path)
    spans = sum(len(document.spans) for document in documents) / len(documents)
    return (
        f"signalbook agreement, {n_annotators} annotators x {n_articles} articles x {spans:.1f} "
        f"spans: {seconds:.1f} s of the processor"
    )


def stress(count: int) -> str:
    import pygamma_agreement

    shapes = [
        (realistic, 2, 15, 4000), (realistic, 3, 15, 4000), (realistic, 4, 10, 3000),
        (crowded, 2, 15, 800), (crowded, 3, 15, 800), (crowded, 4, 9, 500),
    ]  # fmt: skip
    differences: list[float] = []
    unproven = 0
    for seed in range(count):
        make, n, each, length = shapes[seed % len(shapes)]
        marked = make(1000 + seed, n, each, length)
        alpha, beta = [(1, 1), (3, 1), (1, 2), (1, 0)][seed % 4]
        (aligned,) = best_alignments([marked], Dissimilarity(alpha, beta))
        measure = pygamma_agreement.CombinedCategoricalDissimilarity(alpha=alpha, beta=beta)
        theirs = peer(marked).get_best_alignment(measure).disorder
        differences.append(abs(aligned.disorder - theirs))
        unproven += not aligned.proven
    assert max(differences) < 1e-6
    return (
        f"{count} random alignments: largest difference {max(differences):.1e}, {unproven} unproven"
    )


def compile_time() -> float:
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        run = subprocess.run(
            [sys.executable, "-c", COMPILE],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    return float(run.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=30)
    parser.add_argument("--stress", type=int, default=60)
    chosen = parser.parse_args()
    logging.disable()
    # Both sides compile before anything is timed.
    for n in (2, 3):
        mathet_gamma([crowded(1, n, 15, 800)], n_samples=20)
        peer(crowded(1, n, 6, 300)).compute_gamma(n_samples=2)
    print(f"{'':<34}{'ours':>11}{'pygamma':>11}")
    n_few = max(1, chosen.articles // 10)
    for min_ratio, name, make, count, n, length in (
        (50.0, "2 annotators, 15 spans", realistic, chosen.articles, 2, 4000),
        (50.0, "3 annotators, 15 spans", realistic, chosen.articles, 3, 4000),
        (50.0, "4 annotators, 15 spans", realistic, n_few, 4, 4000),
        (10.0, "3 annotators, 15 spans in 800", crowded, n_few, 3, 800),
        (10.0, "4 annotators, 15 spans in 800", crowded, n_few, 4, 800),
    ):
        articles = [make(seed, n, 15, length) for seed in range(count)]
        print(end_to_end(f"{count} x {name}", articles, min_ratio), flush=True)
    for n in (5, 6, 8, 10):
        print(alone(f"{n} annotators, 15 spans", [realistic(s, n, 15, 4000) for s in range(5)]))
    for n_annotators, n_articles in ((8, 5), (10, 20)):
        whole_command(n_annotators, 1)  # compiles
        print(whole_command(n_annotators, n_articles), flush=True)
    print(stress(chosen.stress), flush=True)
    print(f"first run ever, compiling included: {compile_time():.1f} s")


if __name__ == "__main__":
    main()
