"""The command that shows how far the work is."""

from collections.abc import Iterator
from dataclasses import asdict
from shlex import quote
from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.options import JSON, URL
from signalbook.schema.cli.output import print_outcome
from signalbook.schema.cli.tables import aligned, table_lines
from signalbook.schema.text import counted, first_of, listed, them

from .workspace import open_client, workspace_here

if TYPE_CHECKING:
    from signalbook.annotate.sync.status import AnnotatorProgress

    from .status_view import WorkspaceStatus

_MAX_SHOWN = 10
_BRING_OR_KEEP = (
    "bring the documents up to date with: signalbook pull, or keep the gold annotations without "
    "them with: signalbook adjudicate auto --existing keep"
)
_EXPORTS = (
    "every pull leaves a file of annotations, without addresses, in media/export, which Label "
    "Studio never deletes; its administrator can"
)


@click.command("status", short_help="Show how far the work is.")
@URL
@JSON
def status_command(url: str | None, as_json: bool) -> None:
    """Show what is left to push, pull, repair and adjudicate, and what is published.

    If the server cannot be reached, what is known without it is shown. If it refuses the token,
    the command exits with status 5.

    \b
    Examples:
      signalbook status
      signalbook status --json
    """
    from signalbook.schema.errors import AccessError

    from .status_view import workspace_status

    workspace = workspace_here()
    status = workspace_status(workspace, lambda: open_client(workspace, url=url))
    show_status(status, as_json=as_json)
    if status.refused:
        click.get_current_context().exit(AccessError.exit_status)


def show_status(status: "WorkspaceStatus", *, as_json: bool) -> None:
    """Print how far the workspace is."""
    reasons = [status.unreachable] if status.unreachable else []
    print_outcome(
        "status",
        as_json=as_json,
        lines=_lines(status),
        ok=not status.refused,
        data={
            **asdict(status),
            "remarks": [r.to_dict() for r in status.remarks],
            "questions": [{**asdict(asked), "task": task} for asked, task in status.questions],
        },
        counts=_counts(status),
        warnings=[*([] if status.refused else reasons), *_damages(status)],
        errors=reasons if status.refused else [],
    )


def _damages(status: "WorkspaceStatus") -> Iterator[str]:
    if status.documents_damage:
        yield status.documents_damage
    if status.last_release_is_damaged:
        yield f"{status.last_release}: is a release {_release_damage(status)}"


def _counts(status: "WorkspaceStatus") -> dict[str, int]:
    counts = {
        "articles": status.articles,
        "waiting": len(status.waiting),
        "remarks": len(status.remarks),
        "questions": len(status.questions),
        "broken": status.broken,
        "stale_gold": len(status.stale_gold),
        "flagged_gold": len(status.flagged_gold),
        "tied_gold": len(status.tied_gold),
        "gold_of_one": len(status.gold_of_one),
        "lone_gold": len(status.lone_gold),
        "of_own_work": len(status.of_own_work),
    }
    pulled = {
        "documents": status.documents,
        "invalid": status.invalid,
        "to_adjudicate": status.to_adjudicate,
    }
    if status.to_assign is not None:
        counts["to_assign"] = status.to_assign
    counts |= {name: count for name, count in pulled.items() if count is not None}
    if status.server is not None:
        counts |= {"to_push": status.server.to_push, "to_pull": status.server.to_pull}
        counts |= {"gone": status.server.gone, "returned": status.server.returned}
    return counts


def _lines(status: "WorkspaceStatus") -> Iterator[str]:
    from signalbook.schema.documents.remarks import remark_lines

    yield f"Workspace {status.title}"
    yield ""
    yield from aligned(_facts(status))
    if status.remarks:
        yield ""
        yield from remark_lines(status.remarks, "status")
    if status.questions:
        yield ""
        yield from _questions(status)
    if status.annotators:
        yield ""
        yield from _table(status)


def _questions(status: "WorkspaceStatus") -> Iterator[str]:
    """What annotators ask, on what, and where."""
    from signalbook.schema.documents.annotation import quoted

    count = len(status.questions)
    asked = counted(count, "question of an annotator is", "questions of annotators are")
    yield f"{asked} open; have {them(count)} answered with: signalbook adjudicate send"
    lines = [
        f"  {q.article}, {q.annotator}: {q.about} — {quoted(q.words)}{task and f'  {task}'}"
        for q, task in status.questions
    ]
    yield from first_of(lines, _MAX_SHOWN, way_out="; list them with: signalbook status --json")


def _table(status: "WorkspaceStatus") -> list[str]:
    """What every annotator has done, and of what, in tasks."""
    is_assigned = any(person.assigned is not None for person in status.annotators)
    # Before the first pull, nobody knows what was submitted.
    is_known = status.documents is not None or bool(status.documents_damage)
    columns = "annotator", "tasks submitted", "skipped", "in progress"
    rows = [
        (
            person.annotator,
            _number(person.submitted if is_known else None),
            _number(person.skipped if is_known else None),
            _number(person.drafts),
            *(
                [str(person.assigned), _number(person.to_do if is_known else None)]
                if is_assigned
                else []
            ),
            _whereabouts(person),
        )
        for person in status.annotators
    ]
    return table_lines((*columns, *(["assigned", "to do"] if is_assigned else []), ""), rows)


def _number(count: int | None) -> str:
    return "" if count is None else str(count)


def _whereabouts(person: "AnnotatorProgress") -> str:
    """That somebody labels no more, or cannot."""
    without = person.has_account is False
    return " and ".join(
        [*(["has left"] if person.has_left else []), *(["has no account"] if without else [])]
    )


def _facts(status: "WorkspaceStatus") -> Iterator[tuple[str, str]]:
    from signalbook.annotate.sync.presence import moved_phrase

    server = status.server
    none_yet = "; put some there, then send them with: signalbook push"
    is_empty = not status.articles and not status.broken
    yield "articles", f"{status.articles} in articles/{none_yet if is_empty else ''}"
    if status.broken:
        yield "cannot be read", f"{status.broken}; see why with: signalbook push --dry-run"
    if status.waiting:
        ids = listed(status.waiting, _MAX_SHOWN)
        yield "wait", f"{ids}, for gold annotations of the stage before"
    if status.to_assign is not None:
        way_on = f"assign {them(status.to_assign)} with: signalbook project apply"
        yield "to assign", _to_do(status.to_assign, "article", way_on)
    if server is None:
        yield "server", status.unreachable
    else:
        tasks = counted(server.tasks, "task")
        yield "server", f"{tasks}, {server.finished} finished, at {server.url}"
        send = f"send {them(server.to_push)} with: signalbook push"
        yield "to push", _to_do(server.to_push, "article", send)
        bring = f"bring {them(server.to_pull)} back with: signalbook pull"
        yield "to pull", _to_do(server.to_pull, "task", bring)
        if moved := moved_phrase(gone=server.gone, returned=server.returned):
            way_on = "bring the documents up to date with: signalbook pull"
            yield "deleted since", f"{moved}; {way_on}"
        if server.changed:
            ids = listed(server.changed, _MAX_SHOWN)
            yield "changed texts", f"{ids}; give what was changed a new id, or push with --new-text"
        if server.outdated:
            ids = listed(server.outdated, _MAX_SHOWN)
            yield "tasks to update", f"{ids}; bring them up to date with: signalbook push"
        if server.doubled:
            ids = listed(server.doubled, _MAX_SHOWN)
            yield "several tasks", f"{ids}; keep one of each with: signalbook push --repair"
        if status.is_elsewhere:
            yield "on its disk", _EXPORTS
    way_on = "decide with: signalbook adjudicate auto"
    if status.documents_damage:
        yield "documents", status.documents_damage
    elif status.documents is None:
        yield "documents", "not pulled yet; bring them with: signalbook pull"
    else:
        yield "documents", str(status.documents)
    if status.invalid is not None:
        yield "to repair", _to_do(status.invalid, "document", "see why with: signalbook validate")
    if status.to_adjudicate is not None:
        yield "to adjudicate", _to_do(status.to_adjudicate, "article", way_on)
    if status.stale_gold:
        stale = counted(len(status.stale_gold), "article")
        yield "stale gold", f"{stale} whose annotations or decisions have changed since; {way_on}"
    if status.flagged_gold:
        ids = listed(status.flagged_gold, _MAX_SHOWN)
        send = "send them with: signalbook adjudicate send"
        yield "decide again", f"{ids}, where annotators have other readings now; {send}"
    if status.tied_gold:
        ids = listed(status.tied_gold, _MAX_SHOWN)
        ask = "have people decide them with: signalbook adjudicate send"
        yield "open ties", f"{ids}, where an order decided and no reason; {ask}"
    if status.gold_of_one:
        yield "gold of one", f"{listed(status.gold_of_one, _MAX_SHOWN)}, labelled by one annotator"
    if status.of_own_work:
        whose = [f"{article} by {name}" for article, name in status.of_own_work.items()]
        yield "own decisions", f"{listed(whose, _MAX_SHOWN)}, who annotated the article, too"
    if status.lone_gold:
        lone = counted(len(status.lone_gold), "article")
        yield "gold alone", f"{lone} whose annotations are gone; {_BRING_OR_KEEP}"
    damage = _release_damage(status)
    yield "last release", f"{status.last_release or 'none'}{damage and f', {damage}'}"


def _release_damage(status: "WorkspaceStatus") -> str:
    if not status.last_release_is_damaged:
        return ""
    verify = f"signalbook release verify {quote(str(status.last_release))}"
    return f"whose manifest is damaged; see how with: {verify}"


def _to_do(count: int, noun: str, way_on: str) -> str:
    return f"{counted(count, noun)}; {way_on}" if count else "0"
