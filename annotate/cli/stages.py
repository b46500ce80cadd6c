"""Run the commands of the everyday path once for every stage, where a workspace works in stages."""

from collections.abc import Callable, Iterator, Sequence

from signalbook.schema.cli.output import say
from signalbook.schema.errors import DriftError, FindingsError, SignalbookError, UsageError

OPTION = "--stage"
#: Commands that are run for every stage if none is named; others are of the last one.
_FOR_EACH = ("project plan", "project apply", "push", "pull", "status", "validate")
#: With these, a command is of one stage: it never ends, or prints one object, or explains itself.
_FOR_ONE = ("--watch", "--json")
_EXPLAINS = ("--help", "-h", "--explain")
#: After such an end the next stage is gone on with.
_GO_ON = (0, FindingsError.exit_status, DriftError.exit_status)


def run_each_stage(arguments: Sequence[str], run: Callable[[list[str]], int]) -> int:
    """Run a command, for every stage if it is one of those; the highest exit status.

    Args:
        arguments: What was typed behind the name of the program.
        run: Runs the command with arguments, and gives its exit status.

    Raises:
        UsageError: The command is to be of one stage, and none is named.
    """
    highest = 0
    stages = _stages(arguments) or [""]
    for number, stage in enumerate(stages, 1):
        if stage:
            say(f"Stage {stage}")
        status = run([*([OPTION, stage] if stage else []), *arguments])
        highest = max(highest, status)
        if status not in _GO_ON:
            if left := stages[number:]:
                say(f"Not run for the stages that follow: {', '.join(left)}", err=True)
            break
    return highest


def without_stage(arguments: Sequence[str]) -> list[str]:
    """The arguments from the name of the command on."""
    if arguments[:1] == [OPTION]:
        return [*arguments[2:]]
    return [*arguments[1:]] if arguments and arguments[0].startswith(f"{OPTION}=") else [*arguments]


def _stages(arguments: Sequence[str]) -> list[str]:
    """The stages for which a command is to be run; none if it is to be run as it is."""
    from signalbook.annotate.workspace.workspace import stages_here

    named = {arguments[0], " ".join(arguments[:2])} if arguments else set[str]()
    if not named & {*_FOR_EACH} or {*_EXPLAINS} & {*arguments}:
        return []
    if arguments[0] == "validate" and [*_paths(arguments[1:])]:
        return []
    try:
        names = stages_here()
    except SignalbookError:
        return []  # the command says what is wrong
    if names and (only := [option for option in _FOR_ONE if option in arguments]):
        raise UsageError(
            f"{only[0]} is for one stage; name it with: signalbook {OPTION} {names[0]} "
            f"{' '.join(arguments)} (the stages are {', '.join(names)})"
        )
    return names


def _paths(arguments: Sequence[str]) -> Iterator[str]:
    yield from (argument for argument in arguments if not argument.startswith("-"))
