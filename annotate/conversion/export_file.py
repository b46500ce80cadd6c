"""Read what Label Studio exports as JSON: tasks with their data, and the annotations of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from signalbook.annotate.articles.find_files import ArticleProblem, RawArticle
from signalbook.annotate.articles.reader import check_articles, text_hash
from signalbook.schema.documents.records import Article
from signalbook.schema.errors import DocumentError
from signalbook.schema.json_text import JsonError, decode_json
from signalbook.schema.scheme.model import Json, JsonObject

#: What a task has in an export, and a row of the short form has not.
_TASK_KEYS = ("annotations", "completions")
_ID_DIGITS = 12
_IDS = ("article_id", "id")


@dataclass(frozen=True)
class TaskText:
    """A task with the text that was annotated, exactly as the page had it."""

    task: JsonObject
    #: The task's place, for messages.
    place: str
    article_id: str
    text: str

    @property
    def annotations(self) -> Sequence[JsonObject]:
        """What people submitted on it, cancelled annotations among it."""
        held = next((self.task[key] for key in _TASK_KEYS if key in self.task), None)
        return [a for a in held if isinstance(a, dict)] if isinstance(held, list) else []


def read_tasks(path: Path) -> list[JsonObject]:
    """The tasks of an export.

    Raises:
        DocumentError: The file is none, or in a form that has lost what belongs together.
    """
    try:
        content = decode_json(path.read_text(encoding="utf-8-sig"), way_out="export it again")
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path}: not UTF-8 at byte {error.start}; export it again") from error
    except JsonError as error:
        raise DocumentError(f"{path}:{error.line}: {error}") from error
    listed = cast("list[Json]", content) if isinstance(content, list) else [cast("Json", content)]
    tasks = [task for task in listed if isinstance(task, dict)]
    if not listed:
        raise DocumentError(
            f"{path}: holds no task; export a project in which something is labelled"
        )
    if len(tasks) < len(listed):
        raise DocumentError(f"{path}: no list of tasks; export the project as JSON")
    for number, task in enumerate(tasks, 1):
        has_parts = isinstance(task.get("data"), dict) and any(key in task for key in _TASK_KEYS)
        if not has_parts:
            fact = f"item {number} is no task with data and annotations"
            short = "JSON-MIN does not say which answer belongs to which span, nor what was skipped"
            raise DocumentError(f"{path}: {fact}; export the project as JSON ({short})")
    return [*tasks]


def task_texts(
    tasks: Sequence[JsonObject], path: Path, *, text_key: str = "text", id_key: str | None = None
) -> list[TaskText]:
    """Every task with its text, and the id of the article that this is.

    Args:
        tasks: Tasks of an export.
        path: File of the export, for messages.
        text_key: Key of the task's data under which the text stands.
        id_key: Key of the article's id; without it `article_id` or `id`, if all tasks have that,
            else the ids are made of the texts.

    Raises:
        DocumentError: A task has no such key.
    """
    data = [cast("JsonObject", task["data"]) for task in tasks]
    key = id_key or next((k for k in _IDS if all(values.get(k) for values in data)), None)
    texts: list[TaskText] = []
    for task, values in zip(tasks, data, strict=True):
        place = f"{path}, task {task.get('id', '?')}"
        if isinstance(values.get("article"), dict) and "text_sha256" in values:
            fact = "was sent to Label Studio by signalbook push"
            raise DocumentError(
                f"{place}: {fact}; bring it into its workspace with: signalbook pull"
            )
        text = values.get(text_key)
        if not isinstance(text, str):
            keys = ", ".join(sorted(values)) or "nothing"
            fact = f"has no text under {text_key!r}; it has {keys}"
            raise DocumentError(f"{place}: {fact}; name the key of the text with --text")
        id = values.get(key) if key else f"text-{text_hash(text)[:_ID_DIGITS]}"
        if id in (None, "") or isinstance(id, list | dict | bool):
            raise DocumentError(f"{place}: has no id under {key!r}; name another key with --id")
        texts.append(TaskText(task, place, str(id), text))
    return texts


def articles_of(
    texts: Sequence[TaskText],
    article_schema: Mapping[str, Json],
    *,
    text_key: str,
    id_key: str | None,
) -> tuple[dict[str, Article], list[ArticleProblem]]:
    """Article id -> article, with the other data of its task as metadata; and what is wrong."""
    known = {text_key, *([id_key] if id_key else _IDS)}
    raws: dict[tuple[str, str], RawArticle] = {}
    for text in texts:
        data = cast("JsonObject", text.task["data"])
        rest = {k: v for k, v in data.items() if k not in known and v is not None}
        values = {**rest, "id": text.article_id, "text": text.text}
        raws.setdefault((text.article_id, text.text), RawArticle(Path(text.place), None, values))
    articles, problems = check_articles(raws.values(), article_schema=article_schema)
    return {article.id: article for article in articles}, problems


def submitted(texts: Sequence[TaskText]) -> Iterator[tuple[TaskText, JsonObject]]:
    """Every annotation with its task, the cancelled ones among them."""
    for text in texts:
        for annotation in text.annotations:
            yield text, annotation
