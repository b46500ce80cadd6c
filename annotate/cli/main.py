"""Where the program starts: even while it is still being read, it can be interrupted."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Read the command line and run its command."""
    try:
        from .commands import main as run

        run()
    except KeyboardInterrupt:
        print("interrupted: run the same command again", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
