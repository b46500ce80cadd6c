"""Say what to do next: the command that takes the same documents one step on."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Sources:
    """The documents and the scheme that a command was given; none: those of the workspace."""

    paths: tuple[Path, ...]
    scheme: str | None

    def command(self, name: str, *options: str) -> str:
        """A command that takes paths, as it is typed for these documents."""
        return self._typed(name, map(str, self.paths), options)

    def release_command(self, *options: str) -> str:
        """The command that publishes these documents."""
        named = (word for path in self.paths for word in ("--documents", str(path)))
        return self._typed("release build VERSION", named, options)

    def repair(self, name: str) -> str:
        """What to do about errors before a command is run again."""
        if self.paths:
            return f"Have the errors repaired, then run again: {self.command(name)}"
        again = self.command(name)
        return f"Have the errors repaired in Label Studio, then run: signalbook pull, then {again}"

    @property
    def lacking(self) -> str:
        """What to do where these sources hold no annotator's document."""
        if self.paths:
            named = ", ".join(map(str, self.paths))
            return f"{named}: no annotator's document is there; name files that hold some"
        return (
            "There is no annotator's document yet; once annotators have submitted, bring their "
            "work in with: signalbook pull"
        )

    def _typed(self, name: str, named: Iterable[str], options: Iterable[str]) -> str:
        scheme = [] if self.scheme is None else ["--scheme", self.scheme]
        return shlex.join(["signalbook", *name.split(), *named, *scheme, *options])
