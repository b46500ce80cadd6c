"""The command that sends articles to the server, and what it reports."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.options import FILE, JSON, PATH, URL
from signalbook.schema.cli.output import print_outcome, say
from signalbook.schema.text import counted, listed

from .workspace import locked, open_client, shares_of, workspace_here

if TYPE_CHECKING:
    from signalbook.annotate.sync.push import Pushed
    from signalbook.annotate.sync.raw_store import RawStore
    from signalbook.annotate.sync.stage_articles import StageArticles
    from signalbook.annotate.workspace.workspace import Workspace
    from signalbook.schema.documents.records import Article
    from signalbook.schema.scheme.model import Scheme

_MAX_SHOWN = 10


@click.command("push", short_help="Send articles to Label Studio, each once.")
@click.argument("paths", nargs=-1, type=PATH, metavar="[ARTICLES]...")
@click.option(
    "--dry-run", is_flag=True, help="Show what would be created and corrected, and change nothing."
)
@click.option(
    "--limit",
    type=click.IntRange(0),
    metavar="N",
    help="Create at most N tasks in each project; push again for the rest.",
)
@click.option(
    "--predictions",
    type=FILE,
    help="File of annotation documents that annotators start from, one of an article; all are "
    "checked before anything is sent.",
)
@click.option(
    "--propose/--no-propose",
    default=None,
    show_default="as [project] propose in signalbook.toml says, else not",
    help="Propose the parties that a text names, as a prediction, where --predictions has none.",
)
@click.option(
    "--new-text",
    is_flag=True,
    help="Create a second task for an article whose text has changed.",
)
@click.option(
    "--repair",
    is_flag=True,
    help="Delete tasks that nobody has labelled where an article has several, and do not wait for "
    "what an earlier push has sent without an answer.",
)
@click.option(
    "--skip-broken",
    is_flag=True,
    help="Leave out articles that cannot be read, and push the others.",
)
@click.option(
    "--max-chars",
    type=click.IntRange(1, 999_999_999),
    show_default="1,000,000 characters",
    metavar="N",
    help="Refuse texts of more than N characters, and more than 500 times as many in all. The "
    "environment variable SIGNALBOOK_MAX_CHARS sets this limit for every command.",
)
@URL
@JSON
def push_command(
    paths: tuple[Path, ...],
    dry_run: bool,
    limit: int | None,
    predictions: Path | None,
    propose: bool | None,
    new_text: bool,
    repair: bool,
    skip_broken: bool,
    max_chars: int | None,
    url: str | None,
    as_json: bool,
) -> None:
    """Send articles to Label Studio, each once, however often you push.

    ARTICLES are files of articles (JSON Lines, CSV, Parquet, text or Markdown), or folders of such
    files. Without ARTICLES, those in the folder articles/ of the workspace are sent. Where the
    server has an article already and its metadata differ, they are corrected there; a text never
    changes.

    With --propose, countries, governments, international organisations and persons with a title
    that a new text names are its parties already when it is opened, as far as the scheme says so
    (x-proposed-parties). Names are recognised in English, French and Arabic; what may be something
    else is left to the annotator. --dry-run lists them.

    \b
    Examples:
      signalbook push
      signalbook push articles.jsonl --propose --dry-run
      signalbook push articles/ --limit 20 --predictions model.jsonl
    """
    from signalbook.annotate.label_studio.journal import JOURNAL, Journal
    from signalbook.annotate.sync.push import push_shares
    from signalbook.annotate.sync.raw_store import RawStore
    from signalbook.annotate.sync.stage_articles import stage_articles
    from signalbook.annotate.sync.suggestions import Arms, kept_back_log
    from signalbook.schema.cli.progress import progress_bar
    from signalbook.schema.scheme.loader import load_scheme

    from .predictions import read_predictions

    workspace = workspace_here()
    scheme = load_scheme(workspace.scheme)
    articles = articles_to_push(
        paths or (workspace.articles,), scheme, skip_broken=skip_broken, max_chars=max_chars
    )
    guesses = read_predictions(predictions, articles, scheme) if predictions else []
    propose = workspace.propose if propose is None else propose
    propose = propose and "party" not in scheme.earlier
    if propose:
        say_whether_parties_can_be_proposed(scheme)
    with (
        open_client(workspace, url=url) as client,
        locked(workspace),
        progress_bar("sending articles") as bar,
    ):
        in_stage = stage_articles(workspace, scheme, articles)
        shares = shares_of(workspace, client, in_stage.articles, in_stage.article_ids)
        store = RawStore(workspace.raw)
        pushed = push_shares(
            client,
            shares,
            scheme=scheme,
            store=store,
            journal=Journal(workspace.state / JOURNAL),
            beginnings=in_stage.beginnings,
            predictions=guesses,
            propose=propose,
            arms=Arms(workspace.suggestions.without, workspace.suggestions.seed),
            log=kept_back_log(workspace),
            limit=limit,
            new_text=new_text,
            repair=repair,
            dry_run=dry_run,
            on_count=bar.count,
        )
    pages = [
        f"{client.url}/projects/{share.project['id']}"
        + (f" ({share.owner})" if share.owner else "")
        for share in shares
        if share.articles
    ]
    unassigned = unassigned_articles(workspace, in_stage.labelled, store)
    way_out = "assign them with: signalbook project apply"
    if paths:
        way_out = f"put them into articles/ and {way_out}"
    show_pushed(
        pushed,
        pages,
        unassigned=unassigned,
        way_out=way_out,
        waiting=[*waiting_sentences(scheme, in_stage)],
        dry_run=dry_run,
        as_json=as_json,
    )


def unassigned_articles(
    workspace: "Workspace", articles: "Sequence[Article]", store: "RawStore"
) -> list[str]:
    """Ids of articles that annotators with projects of their own should have, and have not."""
    if not workspace.assignment.is_blind:
        return []
    from signalbook.annotate.assignment import assignment_record
    from signalbook.annotate.sync.authorship import included_annotations
    from signalbook.annotate.sync.status import planned_assignment

    annotations = included_annotations(store.annotations(), workspace.annotations)
    record = assignment_record(workspace)
    planned = planned_assignment(workspace, record, articles, annotations)
    return sorted({assignment.article for assignment in planned.new})


def waiting_sentences(scheme: "Scheme", in_stage: "StageArticles") -> Iterator[str]:
    """What the stage before has not made anything of yet."""
    from signalbook.schema.scheme.stages import stage_before

    before = stage_before(scheme)
    labelled = [id for id in in_stage.waiting if id not in in_stage.unlabelled]
    if labelled:
        yield (
            f"{counted(len(labelled), 'article waits', 'articles wait')} for gold annotations of "
            f"the stage {before} ({listed(labelled, _MAX_SHOWN)}); make them with: "
            f"signalbook --stage {before} adjudicate auto"
        )
    if unlabelled := in_stage.unlabelled:
        yield (
            f"{counted(len(unlabelled), 'article waits', 'articles wait')} here until the stage "
            f"{before} is done: nothing that was labelled there was pulled yet "
            f"({listed(unlabelled, _MAX_SHOWN)})"
        )


def articles_to_push(
    paths: Iterable[Path], scheme: "Scheme", *, skip_broken: bool, max_chars: int | None
) -> "list[Article]":
    """The articles of these files; warnings about them go to standard error.

    Raises:
        ArticleError: Some are broken, and are not to be skipped.
    """
    from signalbook.annotate.articles.reader import problem_lines, read_articles, require_clean

    articles, problems = read_articles(
        paths, article_schema=scheme.article_schema, max_chars=max_chars
    )
    clean = require_clean(articles, problems, skip_broken=skip_broken)
    for line in problem_lines(problems):
        say(line, err=True)
    if unnamed := sum(article.language == "und" for article in clean):
        say(
            f"{counted(unnamed, 'article names', 'articles name')} no language (it is taken as "
            "`und`); add a column `language` such as en",
            err=True,
        )
    return clean


def say_whether_parties_can_be_proposed(scheme: "Scheme") -> None:
    """A scheme without the keyword has nothing proposed, which is to surprise nobody."""
    if scheme.party is None or scheme.party.proposals is None:
        has_no = "parties" if scheme.party is None else "x-proposed-parties on its party type"
        say(f"no parties are proposed, since {scheme.name} has no {has_no}", err=True)


def show_pushed(
    pushed: "Pushed",
    pages: Sequence[str],
    *,
    unassigned: Sequence[str] = (),
    way_out: str = "",
    waiting: Sequence[str] = (),
    dry_run: bool,
    as_json: bool,
) -> None:
    """Print what a push did, or would do.

    Args:
        pushed: What was created, and what was not.
        pages: Addresses of the projects' pages on the server, with whose they are.
        unassigned: Ids of articles that nobody was assigned, or not as many as there should be.
        way_out: How these are assigned, in words.
        waiting: What waits for an earlier stage, in words.
        dry_run: Nothing was created.
        as_json: Print for programs.
    """
    warnings = [*waiting]
    if pushed.doubled:
        warnings.append(
            f"the server has {counted(len(pushed.doubled), 'article')} more than once "
            f"({listed(pushed.doubled, _MAX_SHOWN)}); "
            "delete the tasks that nobody has labelled with: signalbook push --repair"
        )
    if pushed.predictions_left:
        warnings.append(
            f"{counted(pushed.predictions_left, 'prediction')} left out, because predictions come "
            "with new tasks and these articles have tasks already; to show them, delete the tasks "
            "that nobody has labelled in Label Studio, then push again"
        )
    if pushed.predictions_unknown:
        warnings.append(
            f"{counted(pushed.predictions_unknown, 'prediction')} left out, because the articles "
            "are not among those to push; name the files of these articles as well"
        )
    if unassigned:
        warnings.append(
            f"{counted(len(unassigned), 'article')} not assigned to as many annotators as there "
            f"should be ({listed(unassigned, _MAX_SHOWN)}); {way_out}"
        )
    at = listed(pages, _MAX_SHOWN)
    next_steps: list[str] = []
    if pages:
        next_steps.append(f"Annotators label at {at}; bring their work back with: signalbook pull")
    if pushed.updated:
        next_steps.append("Correct the documents of these articles, too, with: signalbook pull")
    print_outcome(
        "push",
        as_json=as_json,
        lines=_lines(pushed, dry_run=dry_run),
        remarks=[*warnings, *([] if dry_run else next_steps)],
        data={**asdict(pushed), "dry_run": dry_run},
        counts={
            "created": pushed.created,
            "present": pushed.present,
            "left": pushed.left,
            "updated": len(pushed.updated),
            "removed": pushed.removed,
            "suggesting": pushed.suggesting,
            "kept_back": pushed.kept_back,
            **_proposed(pushed),
            "unassigned": len(unassigned),
        },
        warnings=warnings,
    )


def _proposed(pushed: "Pushed") -> dict[str, int]:
    """How much was proposed."""
    return {
        "proposed_articles": sum(bool(proposal.parties) for proposal in pushed.proposals),
        "proposed_parties": sum(len(proposal.parties) for proposal in pushed.proposals),
        "proposed_mentions": sum(proposal.mentions for proposal in pushed.proposals),
    }


def _proposal_lines(pushed: "Pushed", *, dry_run: bool) -> Iterator[str]:
    articles, parties, mentions = _proposed(pushed).values()
    verb = "Would propose" if dry_run else "Proposed"
    yield (
        f"{verb} parties in {articles} of {counted(len(pushed.proposals), 'article')}: "
        f"{counted(parties, 'party', 'parties')}, {counted(mentions, 'mention')}."
    )
    for proposal in pushed.proposals if dry_run else ():
        names = ", ".join(f"“{name}”" for name in proposal.parties)  # a name may hold a comma
        yield f"  {proposal.article}: {names or 'none'}"


def _lines(pushed: "Pushed", *, dry_run: bool) -> Iterator[str]:
    left = f", and {pushed.left} left for the next push" if pushed.left else ""
    created = f"{'Would create' if dry_run else 'Created'} {counted(pushed.created, 'task')}"
    yield f"{created}; {pushed.present} existed already{left}."
    if pushed.kept_back:
        come = f"{'would come' if dry_run else 'come'} with a prediction"
        yield (
            f"{counted(pushed.suggesting, 'task')} {come}, {pushed.kept_back} without the one that "
            "there is, to compare."
        )
    if pushed.updated:
        of_articles = f"{counted(len(pushed.updated), 'article')}"
        named = listed(pushed.updated, _MAX_SHOWN)
        verb = "Would bring" if dry_run else "Brought"
        yield f"{verb} the tasks of {of_articles} up to date on the server: {named}."
    if pushed.removed:
        verb = "Would delete" if dry_run else "Deleted"
        yield f"{verb} {counted(pushed.removed, 'task')} of articles that have another one."
    if pushed.proposals:
        yield from _proposal_lines(pushed, dry_run=dry_run)
