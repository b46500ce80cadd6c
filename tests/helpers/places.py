"""Where the tests find the checkout, what it caches, the example documents and the schemes."""

from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache"
#: An empty, migrated database of Label Studio, made once per checkout and version of it.
STUDIO_TEMPLATE = CACHE / f"studio-template-{version('label-studio')}"
CASES = ROOT / "tests" / "cases"
SCHEMES = CASES / "schemes"
#: The schemes that come with Signalbook as examples.
EXAMPLES = ROOT / "schema" / "examples"
HELPERS = ROOT / "tests" / "helpers"
