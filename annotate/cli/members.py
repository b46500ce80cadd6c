"""`project invite`, and what is said of people who are to label and of those who have accounts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.options import JSON, URL
from signalbook.schema.cli.output import print_outcome
from signalbook.schema.text import counted, listed

from .workspace import open_client

if TYPE_CHECKING:
    from signalbook.annotate.assignment import BlindPlan, Members
    from signalbook.annotate.label_studio.client import LabelStudioClient
    from signalbook.annotate.workspace.workspace import Workspace

_MAX_SHOWN = 10


@click.command("invite", short_help="Print the link to make an account with.")
@click.option("--close", is_flag=True, help="Let the links that were printed before hold no more.")
@URL
@JSON
def invite_command(close: bool, url: str | None, as_json: bool) -> None:
    """Print the link with which people make their own accounts in Label Studio.

    Whoever has the link can make an account, and whoever has an account can open every project: send
    it to the people you mean, and close it with --close once they have come. Who is to label and has
    no account yet is listed, and so is who has one and is named nowhere in signalbook.toml.

    \b
    Examples:
      signalbook project invite
      signalbook project invite --close
    """
    from dataclasses import asdict

    from signalbook.annotate.label_studio.refusals import is_on_this_machine
    from signalbook.annotate.workspace.workspace import find_workspace

    workspace = find_workspace()
    with open_client(workspace, url=url) as client:
        if close:
            client.close_invitation()
        link = None if close else client.invitation()
        members = members_of(workspace, client)
    closed = "The links that were printed before hold no more."
    remarks = ["Close it, once all have come, with: signalbook project invite --close"]
    if is_on_this_machine(client.url):
        remarks.append(
            "Only this machine reaches the link; make the accounts of others with: "
            "signalbook studio user add"
        )
    warnings = [*absences(members, client.url)]
    print_outcome(
        "project invite",
        as_json=as_json,
        lines=[link or closed],
        remarks=[*([] if close else remarks), *warnings, *presences(members, client.url)],
        data={"link": link, "accounts": asdict(members)},
        counts={"missing": len(members.missing), "gone": len(members.gone)},
        warnings=warnings,
    )


def members_of(
    workspace: "Workspace", client: "LabelStudioClient", planned: "BlindPlan | None" = None
) -> "Members":
    """Whom the workspace names beside whom the server knows."""
    from signalbook.annotate.assignment import assignment_record, blind_plan, compare_members
    from signalbook.annotate.sync.raw_store import RawStore

    if planned is None and workspace.assignment.is_blind:
        planned = blind_plan(workspace, assignment_record(workspace))
    return compare_members(
        workspace,
        [person["email"] for person in client.list_users()],
        ours=client.whoami()["email"],
        earlier=RawStore(workspace.raw).addresses(),
        left={name: planned.addresses[name] for name in planned.left} if planned else {},
    )


def absences(members: "Members", url: str) -> Iterator[str]:
    """Whoever is to label and cannot log in; a slip of the hand in an address looks like that."""
    for address in members.missing:
        yield (
            f"{address} has no account on {url}; correct the address in signalbook.toml, have them "
            "make one with the link of: signalbook project invite, or, on the embedded server, make "
            f"it with: signalbook studio user add {address}"
        )
    for address in members.gone:
        yield (
            f"{address} has no account on {url} any more; what was pulled stays theirs. Take them "
            "out of annotators under [assignment] in signalbook.toml, and others get what they "
            "have not labelled, with: signalbook project apply"
        )


def presences(members: "Members", url: str) -> Iterator[str]:
    """Whoever can log in and is not to label: accounts open every project."""
    if members.left:
        people = counted(len(members.left), "person who labels", "people who label")
        yield (
            f"{people} no more can still log in at {url}: {listed(members.left, _MAX_SHOWN)}. {_END}"
        )
    if members.unnamed:
        has = counted(len(members.unnamed), "person has an account", "people have accounts")
        yield (
            f"{has} on {url} and no name in signalbook.toml: {listed(members.unnamed, _MAX_SHOWN)}. "
            "If you know them, name them under [annotators], and where every annotator has a project "
            f"under [assignment], too. {_END}"
        )


_END = (
    "Whoever has an account can open every project; delete an account under /admin/ there, after a "
    "pull, which keeps whose the work is."
)
