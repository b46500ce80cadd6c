"""The names of the annotators of an export, which has e-mail addresses or numbers of accounts."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from signalbook.schema.errors import UsageError
from signalbook.schema.scheme.model import JsonObject

from .annotator_names import annotator_names, plain_address
from .pseudonyms import pseudonym
from .toml_values import read_toml
from .workspace import find_workspace


def exported_names(path: Path | None) -> Callable[[JsonObject], str]:
    """Gives the name of the annotator of an annotation; never an address.

    Args:
        path: File with chosen names. Without it, and for whoever is not in it, an address gets the
            name that the workspace gives it, and an account the name of its number.

    Raises:
        UsageError: The file is no TOML, or gives one person two names.
    """
    chosen: Mapping[str, str] = {}
    if path is not None:
        chosen = annotator_names(path, read_toml(path), numbers=True)
    return partial(_name_of, chosen)


def _name_of(chosen: Mapping[str, str], annotation: JsonObject) -> str:
    """The name of the annotator.

    Raises:
        UsageError: It is an address that has no name, and there is no workspace to give it one.
    """
    by = annotation.get("completed_by")
    account = by if isinstance(by, dict) else {}
    email = by if isinstance(by, str) else account.get("email")
    number = account.get("id") if account else by
    for key in (email, number):
        if key is not None and (name := chosen.get(plain_address(str(key)))):
            return name
    if isinstance(email, str) and email:
        return _pseudonym(email)
    if isinstance(number, int):
        return f"annotator-{number}"
    own = annotation.get("unique_id") or annotation.get("id")
    return f"annotator-unknown-{own}"  # each counts as an annotator of its own, as in a pull


def _pseudonym(email: str) -> str:
    try:
        workspace = find_workspace()
    except UsageError as error:
        fact = "annotators have e-mail addresses, which do not get into data"
        way_out = "name them with --annotators, or run the command in a workspace: signalbook init"
        raise UsageError(f"{fact}; {way_out}") from error
    return pseudonym(workspace, email)
