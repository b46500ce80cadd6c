"""Processor time of gold, and of a release that is refused, as whole commands.

    python benchmarks/adjudication.py [--articles 500] [--annotators 3]

The annotators are simulated, on copies of the samples with about 13.5 spans each: once they repair
what a check would call an error, as people do, and once they leave it, so that gold has to be
repaired. What a command takes to start is measured on one article, and left out.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from decomposition import large

from signalbook.export.validation.checker import Checker
from signalbook.schema.documents.jsonl import write_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import FindingsError
from signalbook.schema.scheme.loader import load_scheme


def processor_time(*arguments: object, status: int = 0) -> float:
    """Seconds of the processor that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "signalbook.annotate.cli.main", *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == status, run.stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def gold(documents: Sequence[AnnotationDocument], folder: Path) -> float:
    """Seconds that gold of these documents takes."""
    path = folder / "annotations.jsonl"
    write_documents(path, documents)
    options = "--scheme", load_scheme().path, "--existing", "replace"
    return processor_time("adjudicate", "auto", path, "--output", folder / "gold.jsonl", *options)


def refusal(documents: Sequence[AnnotationDocument], folder: Path) -> float:
    """Seconds until a release is refused for an error in the last annotation."""
    *others, last = documents
    gold(documents, folder)
    gone = last.model_copy(update={"article_labels": {}})
    write_documents(folder / "annotations.jsonl", [*others, gone])
    gold([*others, gone], folder)
    options = "--scheme", load_scheme().path, "--gold", folder / "gold.jsonl"
    status = FindingsError.exit_status
    paths = "--documents", folder / "annotations.jsonl"
    return processor_time("release", "build", "1.0.0", *paths, *options, status=status)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--annotators", type=int, default=3)
    chosen = parser.parse_args()
    print("$ python", *sys.argv)
    scheme = load_scheme()
    checker = Checker(scheme, warns=False)

    def count_errors(document: AnnotationDocument) -> int:
        return len(checker.errors(document) or ())

    for kind, counted in (("free of errors", count_errors), ("with errors", None)):
        made = large(chosen.articles, chosen.annotators, scheme, count_errors=counted)
        n_articles = len({document.article.id for document in made})
        spans = sum(len(document.spans) for document in made) / len(made)
        with tempfile.TemporaryDirectory() as folder:
            start = gold(made[: chosen.annotators], Path(folder))
            seconds = gold(made, Path(folder))
            each = (seconds - start) / (n_articles - 1)
            print(
                f"adjudicate auto, annotations {kind}: {1000 * each:.1f} ms an article "
                f"({n_articles} articles, {chosen.annotators} annotators, {spans:.1f} spans), "
                f"{start:.1f} s to start",
                flush=True,
            )
            if counted is not None:
                refused = refusal(made, Path(folder))
                print(f"release build, refused for one error: {refused:.1f} s")


if __name__ == "__main__":
    main()
