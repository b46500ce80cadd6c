"""Where the tests find the checkout, the example documents and the schemes."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
SCHEMES = CASES / "schemes"
#: The schemes that come with Signalbook as examples.
EXAMPLES = ROOT / "schema" / "examples"
HELPERS = ROOT / "tests" / "helpers"
