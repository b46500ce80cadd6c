"""Where the tests find the checkout, the example documents and the other schemes."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
SCHEMES = CASES / "schemes"
HELPERS = ROOT / "tests" / "helpers"
