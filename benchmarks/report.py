"""Seconds and peak memory of the whole agreement report of a large corpus.

    python benchmarks/report.py [--articles 5000] [--annotators 3] [--by label]

The annotators are simulated, on copies of the samples with about fifteen spans each.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from decomposition import large

from signalbook.export.agreement.corpus import gather
from signalbook.export.report.build import AgreementReport, agreement_report
from signalbook.schema.scheme.loader import load_scheme

Made = TypeVar("Made")


def timed(name: str, run: Callable[[], Made]) -> Made:
    wall, used = time.perf_counter(), time.process_time()
    made = run()
    wall, used = time.perf_counter() - wall, time.process_time() - used
    print(
        f"{name}: {wall:.1f} s ({used:.1f} s of the processor); peak {peak():.0f} MiB", flush=True
    )
    return made


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--annotators", type=int, default=3)
    parser.add_argument("--by", action="append", default=[])
    chosen = parser.parse_args()
    print("$ python", *sys.argv)
    scheme = load_scheme()
    documents = large(chosen.articles, chosen.annotators, scheme)
    spans = sum(len(document.spans) for document in documents)
    print(f"{chosen.articles:,} articles, {len(documents):,} annotations, {spans:,} spans")
    corpus = timed("documents made and gathered", lambda: gather(documents, scheme))
    made = timed("whole report", lambda: whole(agreement_report(corpus, by=tuple(chosen.by))))
    print({name: len(content) for name, content in made.items()})


def whole(report: AgreementReport) -> dict[str, bytes]:
    """Every form of the report."""
    data = json.dumps(report.data).encode()
    return {"report.json": data, "report.md": report.markdown.encode(), **report.files()}


if __name__ == "__main__":
    main()
