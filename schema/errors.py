"""Every refusal of Signalbook, drawn as a tree; the command line turns each into an exit status.

SignalbookError
├── UsageError          2  the command cannot mean anything as typed
├── SchemeError         2  a scheme file does not describe a scheme
│   └── BrokenReference    a `$ref` leads to nothing, or back to itself
├── ArticleError        2  articles that cannot be read
├── DocumentError       2  annotation documents that cannot be read
├── ConversionError     2  something the labelling page has no place for
├── FindingsError       3  findings, or a gate failed
├── DriftError          4  the server is not as the scheme wants it
├── StaleError          4  made from what has changed since
├── AccessError         5  a token is missing, wrong or not allowed
├── ServerError         6  the server cannot be reached or fails; safe to run again
│   └── UnreachableError   nobody is there, so nothing that was sent has arrived
├── PartialError        7  partly done; run again to resume
└── ConflictError       8  needs a decision
    └── ReleaseExists      a version is never written twice
"""

from .text import one_line


class SignalbookError(Exception):
    """A refusal that a user can act on: place, fact, way out."""

    exit_status = 1

    def __init__(self, *lines: object) -> None:
        """Say it in these lines; line breaks inside of one come from data, and are escaped."""
        super().__init__("\n".join(one_line(str(line)) for line in lines))


class UsageError(SignalbookError):
    """The command cannot mean anything as typed."""

    exit_status = 2


class SchemeError(SignalbookError):
    """A scheme file does not describe a scheme."""

    exit_status = 2


class ArticleError(SignalbookError):
    """Articles that cannot be read."""

    exit_status = 2


class DocumentError(SignalbookError):
    """Annotation documents that cannot be read."""

    exit_status = 2


class ConversionError(SignalbookError):
    """Something the labelling page has no place for."""

    exit_status = 2


class FindingsError(SignalbookError):
    """Findings stand, or a gate failed."""

    exit_status = 3


class DriftError(SignalbookError):
    """The server is not as the scheme wants it."""

    exit_status = 4


class StaleError(SignalbookError):
    """Something was made from what has changed since; it has to be made anew."""

    exit_status = 4


class AccessError(SignalbookError):
    """A token is missing, wrong or not allowed."""

    exit_status = 5


class ServerError(SignalbookError):
    """The server cannot be reached or fails; running again is safe."""

    exit_status = 6


class UnreachableError(ServerError):
    """Nobody is there, so nothing that was sent has arrived."""


class PartialError(SignalbookError):
    """Partly done; running again resumes."""

    exit_status = 7


class ConflictError(SignalbookError):
    """A conflict that needs a decision."""

    exit_status = 8


class ReleaseExists(ConflictError):
    """A version is never written twice."""
