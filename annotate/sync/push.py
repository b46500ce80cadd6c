"""Create a task on the server for every article: each exactly once, however often a push fails."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from signalbook.annotate.assignment import Share
from signalbook.annotate.conversion.beginning import NO_BEGINNINGS, Beginning
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.journal import Journal
from signalbook.annotate.proposals.summary import Proposal, propose_each
from signalbook.schema.documents.append_only import AppendOnlyLog
from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.errors import ConflictError
from signalbook.schema.progress import OnCount, silent
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.text import counted, listed

from .existing import existing_tasks, ids_together
from .raw_store import RawStore
from .sending import Recipient
from .suggestions import NO_ARMS, Arms, KeptBack, kept_back, let_show, suggesting_task
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
    #: Tasks that come with a prediction, and tasks that come without the one that there is.
    suggesting: int = 0
    kept_back: int = 0
    #: What was proposed of each article that came without a prediction, if anything was to be.
    proposals: tuple[Proposal, ...] = ()


def push(
    client: LabelStudioClient,
    project: int,
    articles: Sequence[Article],
    *,
    scheme: Scheme,
    journal: Journal | None = None,
    beginnings: Mapping[str, Beginning] = NO_BEGINNINGS,
    predictions: Iterable[AnnotationDocument] = (),
    propose: bool = False,
    arms: Arms = NO_ARMS,
    log: AppendOnlyLog[KeptBack] | None = None,
    changed_metadata: AbstractSet[str] = frozenset(),
    limit: int | None = None,
    new_text: bool = False,
    repeat: int = 0,
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
        beginnings: Id of an article -> what earlier stages have made of it.
        predictions: Annotation documents to show as predictions in new tasks.
        propose: Propose the parties of new articles that no prediction is given for.
        arms: Which articles come without the prediction that there is.
        log: Takes what is kept back of these; without it, nobody can compare later.
        changed_metadata: Hashes of the `meta` of tasks whose metadata somebody changed on the
            server, as far as pulls know.
        limit: How many tasks to create at most.
        new_text: Make another task for an article whose text has changed.
        repeat: How many times whoever labels there was given these articles before; the tasks of
            each time are apart from the others.
        repair: Wait for no earlier push, and delete tasks that nobody has labelled where an
            article has several.
        dry_run: Change nothing, only report what would be changed.
        on_count: Is given how many tasks are created, and of how many; then how many are updated.

    Raises:
        ConflictError: The text of an article has changed, and `new_text` is not set.
        PartialError: The server went away in between, or may still be at work; run again to resume.
        ServerError: The server went away before anything was created.
    """
    recipient = Recipient(client, project, journal or Journal(), repeat=repeat)
    existing = recipient.look() if dry_run else recipient.settled(give_up=repair)
    changed = existing.changed(articles)
    if not new_text:
        _require_same_texts(changed)
    missing = [article for article in articles if not existing.of(article)]
    chosen = missing[:limit]
    by_article = _by_article(predictions)
    bare = [article for article in chosen if propose and article.id not in by_article]
    proposed, proposals = propose_each(bare, scheme)
    shown = {**by_article, **{id: (document,) for id, document in proposed.items()}}
    tasks = [
        suggesting_task(a, scheme, shown.get(a.id, ()), arms, beginning=beginnings.get(a.id))
        for a in chosen
    ]
    without = [*kept_back(client, project, tasks, shown)]
    outdated = outdated_tasks(
        articles, existing, scheme, beginnings=beginnings, changed=changed_metadata
    )
    removed = recipient.to_remove(existing) if repair and dry_run else 0
    if not dry_run:
        if log is not None:
            log.append(without)
        recipient.create(let_show(client, project, tasks), on_count)
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
        suggesting=sum("predictions" in task for task in tasks),
        kept_back=len(without),
        proposals=proposals,
    )


def push_shares(
    client: LabelStudioClient,
    shares: Sequence[Share],
    *,
    scheme: Scheme,
    store: RawStore,
    journal: Journal,
    beginnings: Mapping[str, Beginning] = NO_BEGINNINGS,
    predictions: Sequence[AnnotationDocument] = (),
    propose: bool = False,
    arms: Arms = NO_ARMS,
    log: AppendOnlyLog[KeptBack] | None = None,
    limit: int | None = None,
    new_text: bool = False,
    repair: bool = False,
    dry_run: bool = False,
    on_count: OnCount = silent,
) -> Pushed:
    """Push to every project what belongs into it, in the order in which it is to be labelled.

    Args:
        client: Client of the server to push to.
        shares: Projects, each with its articles.
        scheme: Scheme that the projects' page was made from.
        store: What pulls have brought.
        journal: As for `push`, and so are the others; but `limit` holds for each project.
        beginnings: Id of an article -> what earlier stages have made of it.
        predictions: Annotation documents to show as predictions in new tasks.
        propose: Propose the parties of new articles that no prediction is given for.
        arms: Which articles come without the prediction that there is; drawn for each owner.
        log: Takes what is kept back of these.
        limit: How many tasks to create at most in each project.
        new_text: Make another task for an article whose text has changed.
        repair: Wait for no earlier push, and delete tasks that nobody has labelled where an
            article has several.
        dry_run: Change nothing, only report what would be changed.
        on_count: Is given how many tasks are created, and of how many, for each project anew.

    Raises:
        ConflictError: The text of an article has changed anywhere, and `new_text` is not set.
        PartialError: The server went away in between, or may still be at work; run again to resume.
        ServerError: The server went away before anything was created.
    """
    if not new_text and len(shares) > 1:  # before anything is created in any of them
        looks = (existing_tasks(client, s.project["id"]).changed(s.articles) for s in shares)
        _require_same_texts(sorted({id for changed in looks for id in changed}))
    pushes: list[Pushed] = []
    for share in shares:
        project, left = share.project["id"], limit
        changed_metadata = store.changed_metadata(client.url, project)
        for repeat, articles in share.servings:
            ids = {article.id for article in articles}
            pushed = push(
                client,
                project,
                articles,
                scheme=scheme,
                journal=journal,
                beginnings=beginnings,
                predictions=[d for d in predictions if d.article.id in ids],
                propose=propose,
                arms=replace(arms, owner=share.owner or ""),
                log=log,
                changed_metadata=changed_metadata,
                limit=left,
                new_text=new_text,
                repeat=repeat,
                repair=repair,
                dry_run=dry_run,
                on_count=on_count,
            )
            left = None if left is None else left - pushed.created
            pushes.append(pushed)
    known = {article.id for share in shares for article in share.articles}
    return _merged(pushes, unknown=sum(d.article.id not in known for d in predictions))


def _merged(pushes: Sequence[Pushed], *, unknown: int) -> Pushed:
    """What several pushes did."""
    proposals = {p.article: p for pushed in pushes for p in pushed.proposals}
    return Pushed(
        created=sum(pushed.created for pushed in pushes),
        present=sum(pushed.present for pushed in pushes),
        new_texts=ids_together(pushed.new_texts for pushed in pushes),
        updated=ids_together(pushed.updated for pushed in pushes),
        doubled=ids_together(pushed.doubled for pushed in pushes),
        removed=sum(pushed.removed for pushed in pushes),
        predictions_left=sum(pushed.predictions_left for pushed in pushes),
        predictions_unknown=unknown,
        left=sum(pushed.left for pushed in pushes),
        suggesting=sum(pushed.suggesting for pushed in pushes),
        kept_back=sum(pushed.kept_back for pushed in pushes),
        proposals=tuple(proposals.values()),
    )


def _by_article(
    predictions: Iterable[AnnotationDocument],
) -> Mapping[str, Sequence[AnnotationDocument]]:
    by_article: dict[str, list[AnnotationDocument]] = {}
    for document in predictions:
        by_article.setdefault(document.article.id, []).append(document)
    return by_article


def _require_same_texts(changed: Sequence[str]) -> None:
    if changed:
        raise ConflictError(
            f"{counted(len(changed), 'article has', 'articles have')} another text than on the "
            f"server ({listed(changed, _MAX_SHOWN)}); nothing was created. "
            "Give changed texts new ids, or make second tasks with --new-text"
        )
