"""Create a task on the server for every article: each exactly once, however often a push fails."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.journal import Journal
from signalbook.annotate.proposals.summary import Proposal, propose_each
from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.errors import ConflictError
from signalbook.schema.progress import OnCount, silent
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.text import counted, listed

from .sending import Recipient
from .tasks import to_task
from .updates import outdated_tasks, update_tasks

_MAX_SHOWN = 10


@dataclass(frozen=True)
class Pushed:
    """What a push did, or with a dry run would do."""

    created: int
    present: int
    #: Ids of articles whose text on the server is another.
    new_texts: tuple[str, ...] = ()
    #: Ids of articles whose metadata on the server were others.
    updated: tuple[str, ...] = ()
    #: Ids of articles that the server has more than once.
    doubled: tuple[str, ...] = ()
    #: Tasks that were deleted again, since their articles had others.
    removed: int = 0
    #: Predictions for tasks that were there already; these are left alone.
    predictions_left: int = 0
    #: Predictions for articles that are not among those to push.
    predictions_unknown: int = 0
    #: Articles that the limit keeps back.
    left: int = 0
    #: What was proposed of each article that came without a prediction, if anything was to be.
    proposals: tuple[Proposal, ...] = ()


def push(
    client: LabelStudioClient,
    project: int,
    articles: Sequence[Article],
    *,
    scheme: Scheme,
    journal: Journal | None = None,
    predictions: Iterable[AnnotationDocument] = (),
    propose: bool = False,
    changed_metadata: AbstractSet[str] = frozenset(),
    limit: int | None = None,
    new_text: bool = False,
    repair: bool = False,
    dry_run: bool = False,
    on_count: OnCount = silent,
) -> Pushed:
    """Create the tasks that the project has not got, and correct the metadata of the others.

    Args:
        client: Client of the server to push to.
        project: Id of the project to create the tasks in.
        articles: Articles to push, each with an id of its own.
        scheme: Scheme that the project's page was made from.
        journal: What earlier pushes have sent and not seen to arrive; without it, a push does not
            know of one that was killed.
        predictions: Annotation documents to show as predictions in new tasks.
        propose: Propose the parties of new articles that no prediction is given for.
        changed_metadata: Hashes of the `meta` of tasks whose metadata somebody changed on the
            server, as far as pulls know.
        limit: How many tasks to create at most.
        new_text: Make another task for an article whose text has changed.
        repair: Wait for no earlier push, and delete tasks that nobody has labelled where an
            article has several.
        dry_run: Change nothing, only report what would be changed.
        on_count: Is given how many tasks are created, and of how many; then how many are updated.

    Raises:
        ConflictError: The text of an article has changed, and `new_text` is not set.
        PartialError: The server went away in between, or may still be at work; run again to resume.
        ServerError: The server went away before anything was created.
    """
    recipient = Recipient(client, project, journal or Journal())
    existing = recipient.look() if dry_run else recipient.settled(give_up=repair)
    changed = existing.changed(articles)
    if changed and not new_text:
        raise ConflictError(_texts_differ(changed))
    missing = [article for article in articles if not existing.of(article)]
    chosen = missing[:limit]
    by_article = _by_article(predictions)
    bare = [article for article in chosen if propose and article.id not in by_article]
    proposed, proposals = propose_each(bare, scheme)
    shown = {**by_article, **{id: (document,) for id, document in proposed.items()}}
    tasks = [to_task(article, scheme, shown.get(article.id, ())) for article in chosen]
    outdated = outdated_tasks(articles, existing, scheme, changed=changed_metadata)
    removed = recipient.to_remove(existing) if repair and dry_run else 0
    if not dry_run:
        recipient.create(tasks, on_count)
    updated = update_tasks(client, project, outdated, dry_run=dry_run, on_count=on_count)
    if not dry_run:
        existing, removed = recipient.remove_doubles(existing, spare=repair)
        recipient.require(chosen, existing)
    new = {article.id for article in chosen}
    given = {article.id for article in articles}
    unpushed = {article.id for article in missing}
    return Pushed(
        created=len(tasks),
        present=len(articles) - len(missing),
        new_texts=tuple(id for id in changed if id in new),
        updated=tuple(sorted(updated)),
        doubled=existing.doubled,
        removed=removed,
        predictions_left=sum(len(by_article.get(id, ())) for id in given - unpushed),
        predictions_unknown=sum(len(docs) for id, docs in by_article.items() if id not in given),
        left=len(missing) - len(chosen),
        proposals=proposals,
    )


def _by_article(
    predictions: Iterable[AnnotationDocument],
) -> Mapping[str, Sequence[AnnotationDocument]]:
    by_article: dict[str, list[AnnotationDocument]] = {}
    for document in predictions:
        by_article.setdefault(document.article.id, []).append(document)
    return by_article


def _texts_differ(ids: Sequence[str]) -> str:
    return (
        f"{counted(len(ids), 'article has', 'articles have')} another text than on the server ({listed(ids, _MAX_SHOWN)}); "
        "nothing was created. "
        "Give changed texts new ids, or make second tasks with --new-text"
    )
