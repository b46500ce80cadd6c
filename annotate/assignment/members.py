"""Who is to label and who has an account: the plan beside the people whom the server knows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from signalbook.annotate.workspace.annotator_names import plain_address
from signalbook.annotate.workspace.pseudonyms import pseudonym
from signalbook.annotate.workspace.workspace import Workspace


@dataclass(frozen=True)
class Members:
    """Who is on only one of both sides, by e-mail address."""

    #: Those who are to label, and never had an account as far as is known.
    missing: Sequence[str]
    #: Those who are to label, have labelled, and have no account any more.
    gone: Sequence[str]
    #: Those who were assigned something and label no more, though they can still log in.
    left: Sequence[str]
    #: Those who can log in, and whom the workspace does not name.
    unnamed: Sequence[str]


def compare_members(
    workspace: Workspace,
    accounts: Iterable[str],
    *,
    ours: str,
    earlier: Collection[str] = (),
    left: Mapping[str, str] | None = None,
) -> Members:
    """Compare whom the workspace names with whom the server knows.

    Somebody with several addresses needs an account for one of them.

    Args:
        workspace: Workspace that says who labels, and who is called how.
        accounts: E-mail addresses that the server knows; "Deleted" of whoever was removed.
        ours: The one of them that asks.
        earlier: E-mail addresses of whoever was ever seen to annotate.
        left: Name -> e-mail address of those who were assigned something and label no more.
    """
    of_name = {pseudonym(workspace, a): plain_address(a) for a in accounts if "@" in a}
    before = {pseudonym(workspace, address) for address in earlier}
    settings = workspace.assignment
    named = {name: address for address, name in workspace.annotators.items()}
    wanted = {pseudonym(workspace, a): a for a in settings.annotators}
    left = left or {}
    absent = {
        name: address
        for name, address in (wanted if settings.is_blind else named).items()
        if name not in of_name
    }
    known = {*wanted, *named, *left, pseudonym(workspace, ours)}
    return Members(
        missing=[address for name, address in absent.items() if name not in before],
        gone=[address for name, address in absent.items() if name in before],
        left=[address for name, address in left.items() if name in of_name],
        unnamed=[address for name, address in of_name.items() if name not in known],
    )
