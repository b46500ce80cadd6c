"""Stored annotations become links to their tasks, for the maintainer's own report."""

import json
from pathlib import Path

from signalbook.schema.filesystem import write_text

from .raw_store import latest
from .tasks import ARTICLE_ID


def write_task_links(raw: Path, path: Path) -> None:
    """Note for every article where its task was at the last pull, by article id."""
    links: dict[str, str] = {}
    for one in latest(raw):
        task, article = one.line.content.get("task"), one.data.get(ARTICLE_ID)
        if isinstance(task, int) and isinstance(article, str):
            links[article] = f"{one.line.server}/projects/{one.line.project}/data?task={task}"
    write_text(path, json.dumps(links, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
