"""Invented articles, and a process that pushes them."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

from places import HELPERS

from signalbook.annotate.articles.reader import text_hash
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.sync.existing import existing_tasks
from signalbook.schema.documents.records import Article
from signalbook.schema.scheme.model import Scheme


def articles(number: int, text: str = "Zelonin gave report {} a rash.") -> list[Article]:
    return [article(f"report-{n}", text.format(n)) for n in range(number)]


def article(id: str, text: str) -> Article:
    values = {"id": id, "title": "A report", "text": text, "text_sha256": text_hash(text)}
    return Article.model_validate({**values, "text_length": len(text)})


def once_each(client: LabelStudioClient, project: int, given: list[Article]) -> bool:
    by_text = existing_tasks(client, project).by_text
    expected = {(article.id, article.text_sha256): 1 for article in given}
    return {key: len(tasks) for key, tasks in by_text.items()} == expected


PUSHER = """
import os, sys
from pathlib import Path
sys.path[:0] = sys.argv[5:]
from pushing import articles
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.journal import Journal
from signalbook.annotate.sync.push import push
from signalbook.schema.scheme.loader import load_scheme
with LabelStudioClient(sys.argv[1], os.environ["TOKEN"]) as client:
    push(client, int(sys.argv[2]), articles(1500), scheme=load_scheme(sys.argv[3]),
         journal=Journal(Path(sys.argv[4])), on_count=lambda done, of: print(done, flush=True))
"""


@contextmanager
def pusher(
    url: str, token: str, project: int, scheme: Scheme, kept: Path
) -> Generator[Popen[bytes]]:
    """Another process that pushes 1500 articles, and says after every batch how many are there."""
    arguments = [url, str(project), str(scheme.folder), str(kept), str(HELPERS)]
    with Popen(
        [sys.executable, "-c", PUSHER, *arguments],
        env={**os.environ, "TOKEN": token},
        stdout=PIPE,
        stderr=DEVNULL,
    ) as process:
        yield process
