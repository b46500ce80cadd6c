"""The command line as a whole: every command, and how a refusal ends the program."""

import errno
import sys
from dataclasses import replace
from typing import NoReturn

import click

from signalbook.export.cli.adjudicate import adjudicate
from signalbook.export.cli.agreement import agreement
from signalbook.export.cli.release import release
from signalbook.export.cli.validate import validate
from signalbook.export.cli.why import why_command
from signalbook.schema.cli.output import print_outcome, say
from signalbook.schema.cli.scheme import scheme
from signalbook.schema.errors import SignalbookError, UsageError
from signalbook.schema.text import one_line

from .adjudicate import collect_command, send_command
from .convert import convert_command
from .demo import demo
from .project import project
from .pull import pull_command
from .push import push_command
from .send_back import send_back
from .stages import OPTION, run_each_stage, without_stage
from .status import status_command
from .studio import studio
from .workspace import doctor, init


class _Interrupted(SignalbookError):
    """Somebody pressed Ctrl-C."""

    exit_status = 130


_WAYS_OUT = {errno.ENOSPC: "make room on the disk, then run the command again"}


class _InOrder(click.Group):
    """Lists the commands in the order of the path, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="signalbook")
@click.option(
    OPTION,
    metavar="NAME",
    help="Work in this stage of the scheme, where signalbook.toml says stages = true.",
)
@click.pass_context
def cli(context: click.Context, stage: str | None) -> None:
    """Turn one annotation scheme into labelled, published datasets.

    \b
    The everyday path:
      signalbook demo                             run the whole path once
      signalbook init my-project                  create a workspace of your own; go into it
      signalbook studio start                     start the embedded Label Studio
      signalbook studio user add ada@example.org  create an account for an annotator
      signalbook project apply                    create the project there
      signalbook push articles/                   send articles to it
      signalbook pull                             bring annotations back
      signalbook validate                         list what annotators should repair
      signalbook agreement                        measure how well they agree
      signalbook adjudicate auto                  make one gold annotation of each article
      signalbook release build 1.0.0              publish an immutable dataset
    """
    from signalbook.annotate.workspace.workspace import settings_here

    context.obj = replace(settings_here(stage=stage), send_back=send_back)


_COMMANDS = (
    demo,
    init,
    doctor,
    studio,
    scheme,
    project,
    push_command,
    status_command,
    pull_command,
    convert_command,
    validate,
    agreement,
    adjudicate,
    release,
)
for command in _COMMANDS:
    cli.add_command(command)
# Two of them need the server, which `export` does not know.
for command in (send_command, collect_command, why_command):
    adjudicate.add_command(command)


def main() -> NoReturn:
    """Run a command; a refusal becomes its message and exit status, never a traceback."""
    arguments = sys.argv[1:]
    try:
        status = run_each_stage(arguments, _run)
    except SignalbookError as error:
        status = _refuse(arguments, error)
    sys.exit(status)


def _run(arguments: list[str]) -> int:
    """The exit status of one command."""
    try:
        status = cli.main(arguments, prog_name="signalbook", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        return _refuse(arguments, UsageError(*error.format_message().split("\n")), usage=error)
    except click.Abort as abort:
        done = str(abort) or "what was done is kept; run the same command again"
        return _refuse(arguments, _Interrupted(done))
    except SignalbookError as error:
        return _refuse(arguments, error)
    except OSError as error:
        if error.filename is None and error.errno not in _WAYS_OUT:
            raise
        return _refuse(arguments, _as_refusal(error))
    return status if isinstance(status, int) else 0  # click gives back what was exited with


def _as_refusal(error: OSError) -> SignalbookError:
    place = f"{error.filename}: " if error.filename else ""
    way_out = _WAYS_OUT.get(error.errno or 0, "check the path and its permissions")
    return SignalbookError(f"{place}{error.strerror}; {way_out}")


def _refuse(
    arguments: list[str], error: SignalbookError, *, usage: click.ClickException | None = None
) -> int:
    """Say why a command was refused; its exit status."""
    if "--json" in arguments and _printed_outcome(arguments, error):
        pass
    elif usage is not None:
        vars(usage).update(message=one_line(usage.message))  # it repeats what was typed
        usage.show()
    else:
        kind = "interrupted" if isinstance(error, _Interrupted) else "error"
        for line in f"{kind}: {error}".split("\n"):
            say(line, err=True)
    return error.exit_status


def _printed_outcome(arguments: list[str], error: SignalbookError) -> bool:
    """Whether standard output could take it; a full disk may be what the refusal is about."""
    try:
        print_outcome(_command_in(arguments), as_json=True, ok=False, errors=[str(error)])
        sys.stdout.flush()
    except OSError:
        return False
    return True


def _command_in(arguments: list[str]) -> str:
    """The command that was meant: `release build`, without what was given to it."""
    names: list[str] = []
    group: click.Command = cli
    for argument in without_stage(arguments):
        command = group.commands.get(argument) if isinstance(group, click.Group) else None
        if command is None:
            break
        names.append(argument)
        group = command
    return " ".join(names)
