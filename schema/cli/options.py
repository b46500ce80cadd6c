"""Options and arguments that many commands share, and how a command gets the workspace's settings."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click

from signalbook.schema.settings import Settings

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")
_Command = TypeVar("_Command", bound="Callable[..., object] | click.Command")

#: A path that need not exist.
PATH = click.Path(path_type=Path)
#: A file or folder that is read.
EXISTING = click.Path(exists=True, path_type=Path)
#: A file that is read.
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
#: A file that is written.
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
#: A folder that is read.
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

JSON = click.option(
    "--json", "as_json", is_flag=True, help="Print the outcome as one JSON object, for programs."
)
URL = click.option(
    "--url",
    metavar="URL",
    show_default="the configured server, else the embedded one",
    help="URL of the Label Studio server.",
)
DOCUMENTS = click.argument("paths", nargs=-1, type=PATH, metavar="[PATHS]...")
OUTPUT = click.option(
    "--output",
    "-o",
    type=NEW_FILE,
    metavar="FILE",
    show_default="standard output",
    help="File to write.",
)


def scheme_option(
    default: str | None = None, *, show_default: str | bool = True
) -> Callable[[_Command], _Command]:
    """The option that names a scheme.

    Args:
        default: The scheme that is taken without it.
        show_default: What is taken without it, in words; True shows the name.
    """
    return click.option(
        "--scheme",
        "source",
        metavar="SCHEME",
        default=default,
        show_default=show_default,
        help="Scheme to use: a scheme file, its folder, or the name of a built-in scheme, such as "
        "diplomatic_signal/1.0.",
    )


SCHEME = scheme_option(show_default="the scheme of the workspace, else diplomatic_signal")


def pass_settings(
    command: Callable[Concatenate[Settings, _Parameters], _Result],
) -> Callable[_Parameters, _Result]:
    """Give a command the settings of the workspace as its first argument.

    Outside of a workspace, and where a command is run alone, these are the defaults.
    """

    @wraps(command)
    def run(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        context = click.get_current_context()
        return command(context.find_object(Settings) or Settings(), *args, **kwargs)

    return run
