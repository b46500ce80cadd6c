"""The command that brings annotations into the workspace, and what it reports."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.options import JSON, URL
from signalbook.schema.cli.output import print_outcome, say
from signalbook.schema.text import all_counted, counted

from .workspace import locked, open_client, shares_of, workspace_here

if TYPE_CHECKING:
    from signalbook.annotate.label_studio.client import LabelStudioClient
    from signalbook.annotate.sync.pull import Pulled
    from signalbook.annotate.sync.pulled_documents import PulledDocuments
    from signalbook.annotate.sync.raw_store import LineKind
    from signalbook.annotate.workspace.workspace import Workspace
    from signalbook.schema.documents.corrections import SentBack
    from signalbook.schema.scheme.model import Scheme

#: What a pull brings, in the order in which it is told.
_KINDS: "tuple[LineKind, ...]" = ("annotation", "task", "prediction", "draft")


@click.command("pull", short_help="Bring annotations into the workspace.")
@click.option(
    "--full", is_flag=True, help="Ask the server for everything, not only for what has changed."
)
@click.option("--drafts", is_flag=True, help="Back up work that is not submitted yet, too.")
@click.option(
    "--keep-deleted",
    is_flag=True,
    help="Make documents also of annotations that were deleted on the server.",
)
@click.option(
    "--round",
    "round_",
    metavar="NAME",
    help="Name of the round of annotation, to be noted with what is pulled.",
)
@click.option(
    "--watch",
    type=click.IntRange(1, 86_400),
    metavar="SECONDS",
    help="Pull again and again, with this pause, until interrupted.",
)
@click.option(
    "--send-back",
    "sends_back",
    is_flag=True,
    help="Check what was pulled, and show each annotator what to repair, as signalbook validate does.",
)
@URL
@JSON
def pull_command(
    full: bool,
    drafts: bool,
    keep_deleted: bool,
    round_: str | None,
    watch: int | None,
    sends_back: bool,
    url: str | None,
    as_json: bool,
) -> None:
    """Bring annotations from Label Studio into the workspace, as annotation documents.

    Only what has changed since the last pull is asked for. What was pulled once is never lost,
    whatever happens on the server; what was deleted there is reported, and is in no document.

    With --watch, documents are checked as they come, as with `signalbook validate`: each round that
    brings something lists what annotators have to repair since, every finding once. With
    --send-back, annotators are shown it in Label Studio, too, as with `signalbook validate
    --send-back`: what they repair is taken away by the next pull.

    \b
    Examples:
      signalbook pull
      signalbook pull --full --drafts
      signalbook pull --watch 60 --send-back
    """
    import time
    from functools import partial

    from signalbook.annotate.sync.pulled_documents import pull_documents
    from signalbook.schema.errors import FindingsError, ServerError, UsageError
    from signalbook.schema.scheme.loader import load_scheme
    from signalbook.schema.settings import Settings

    from .watched import WatchedFindings

    if watch and as_json:
        raise UsageError(
            "--watch never ends, and --json prints one object at the end; leave one of them out"
        )
    workspace = workspace_here()
    read_scheme = partial(load_scheme, workspace.scheme)
    links = Settings(links=workspace.task_links)
    with open_client(workspace, url=url) as client:
        projects = projects_to_pull(client, workspace, read_scheme)
        source = client, projects, workspace, read_scheme
        look = partial(
            pull_documents,
            *source,
            round=round_,
            full=full,
            drafts=drafts,
            keep_deleted=keep_deleted,
        )
        with locked(workspace):
            pulled, documents = look()
            findings = WatchedFindings(read_scheme()) if watch or sends_back else None
            sent = findings.send(client, workspace, documents) if findings and sends_back else None
        show_pulled(pulled, documents, workspace, sent=sent, as_json=as_json)
        while watch and findings:
            for line in findings.lines(documents, links.task_links(())):
                say(line)
            time.sleep(watch)
            try:
                with locked(workspace):
                    pulled, documents = look(previous=documents)
                    sent = findings.send(client, workspace, documents) if sends_back else None
            except ServerError as error:
                say(f"{error}; trying again in {watch} s", err=True)
                continue
            news = sent if sent and (sent.lists or sent.problems) else None
            if pulled.has_changed or news:
                show_pulled(pulled, documents, workspace, sent=news, as_json=False)
    if pulled.problems or documents.problems:
        click.get_current_context().exit(FindingsError.exit_status)


def projects_to_pull(
    client: "LabelStudioClient",
    workspace: "Workspace",
    read_scheme: Callable[[], "Scheme"],
) -> list[int]:
    """The projects of the workspace; if one was deleted, documents of it are left out first.

    Raises:
        ConflictError: One is not there, and one that was its like has another title.
        UsageError: One is not there.
    """
    from signalbook.annotate.sync.presence import changes
    from signalbook.annotate.sync.pulled_documents import write_pulled
    from signalbook.annotate.sync.raw_store import RawStore
    from signalbook.schema.documents.remarks import remark_lines
    from signalbook.schema.errors import ConflictError, UsageError

    try:
        return [share.project["id"] for share in shares_of(workspace, client)]
    except (ConflictError, UsageError):
        with locked(workspace):
            store = RawStore(workspace.raw)
            if store.append(changes(client, store)):
                accounts = [user["email"] for user in client.list_users()]
                documents = write_pulled(store, workspace, read_scheme, accounts=accounts)
                for line in remark_lines(documents.remarks, "pull"):
                    say(line, err=True)
        raise


def show_pulled(
    pulled: "Pulled",
    documents: "PulledDocuments",
    workspace: "Workspace",
    *,
    sent: "SentBack | None" = None,
    as_json: bool,
) -> None:
    """Print what a pull brought, what documents there are now, and what stands about them.

    Args:
        pulled: What came from the server.
        documents: What was made of all that has come.
        workspace: Workspace that it is in.
        sent: What annotators were sent to repair, if that was wanted.
        as_json: Print an object for programs.
    """
    from dataclasses import asdict

    from signalbook.export.cli.sent_back import sent_lines
    from signalbook.schema.documents.remarks import remark_lines

    problems = [*dict.fromkeys((*pulled.problems, *documents.problems))]
    counts = {
        "tasks": pulled.tasks,
        "new": pulled.new,
        "gone": pulled.gone,
        "returned": pulled.returned,
        **{f"new_{kind}s": pulled.brought.get(kind, 0) for kind in _KINDS},
        "documents": len(documents.converted),
        "repeats": len(documents.repeats),
        "skipped": documents.skipped,
        "superseded": documents.superseded,
        "remarks": len(documents.remarks),
        "unfinished": len(documents.unfinished),
    }
    has_news = pulled.new and documents.converted
    next_step = ["Check the documents with: signalbook validate"] if has_news else []
    print_outcome(
        "pull",
        as_json=as_json,
        lines=[
            _sentence(pulled, documents),
            *_visits(documents),
            *sent_lines(sent, dry_run=False),
        ],
        remarks=[
            *problems,
            *(sent.problems if sent else ()),
            *documents.unfinished,
            *remark_lines(documents.remarks, "pull"),
            *next_step,
        ],
        ok=not problems,
        data={
            "documents": str(workspace.documents),
            "raw": str(workspace.raw),
            "sent_back": sent and asdict(sent),
            "in_other_projects": [
                {"annotator": name, "owner": owner, "annotations": count}
                for (name, owner), count in sorted(documents.in_other_projects.items())
            ],
        },
        counts=counts,
        warnings=[remark.to_dict() for remark in documents.remarks],
        errors=problems,
    )


def _visits(documents: "PulledDocuments") -> Iterator[str]:
    for (name, owner), count in sorted(documents.in_other_projects.items()):
        yield f"{name} made {counted(count, 'annotation')} in the project of {owner}."


def _sentence(pulled: "Pulled", documents: "PulledDocuments") -> str:
    from signalbook.annotate.sync.presence import moved_phrase

    brought = {f"{kind}s": count for kind in _KINDS if (count := pulled.brought.get(kind, 0))}
    what = f"what is new or has changed ({all_counted(brought)})" if brought else "nothing new"
    moved = moved_phrase(gone=pulled.gone, returned=pulled.returned)
    skipped = f"annotators skipped articles {counted(documents.skipped, 'time')}"
    parts = [
        f"Pulled {what}",
        *([moved] if moved else []),
        f"the workspace has {counted(len(documents.converted), 'document')}",
        *([skipped] if documents.skipped else []),
    ]
    return f"{'; '.join(parts)}."
