"""Whatever scheme passes the check goes through everything that comes after it."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, event, given, settings
from natural_schemes import natural_schemes
from whole_path import walk

from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.loader import load_scheme


@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a walk is too long for shrinking
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(natural_schemes())
def test_a_scheme_that_passes_the_check_passes_everything_else(drawn: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.schema.json"
        path.write_text(json.dumps(drawn), encoding="utf-8")
        try:
            scheme = load_scheme(path)
        except SchemeError as refusal:
            event(str(refusal).rpartition("#")[2])
            return
        event("passes the check")
        walk(scheme, Path(folder) / "walk")
