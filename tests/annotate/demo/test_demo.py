"""The demo takes any scheme, on a real server, and leaves a workspace that knows it."""

from pathlib import Path

import pytest
from places import EXAMPLES

from signalbook.annotate.cli.status_view import workspace_status
from signalbook.annotate.cli.workspace import open_client
from signalbook.annotate.demo.demo import run_demo
from signalbook.annotate.workspace.workspace import settings_here
from signalbook.export.release.verify import verify_release
from signalbook.schema.scheme.loader import load_scheme

TEXT = "It rained in town again. Who had asked for it? Nobody knew that it would stop."


@pytest.mark.server
def test_the_demo_runs_with_a_minimal_scheme_and_its_workspace_knows_it(
    studio_template: Path, tmp_path: Path
) -> None:
    scheme = load_scheme(EXAMPLES / "questions" / "1.0")
    article = tmp_path / "a.txt"
    article.write_text(TEXT, encoding="utf-8")
    result = run_demo(
        scheme,
        [article],
        tmp_path / "demo",
        keep=False,
        template=studio_template,
        report=lambda _step: None,
    )
    assert (result.articles, result.submitted, result.errors) == (1, 3, 0)
    assert verify_release(result.release) == []
    settings = settings_here(result.workspace.folder)
    assert settings.load_scheme() == scheme
    assert settings.dataset_name(scheme) == result.release.parent.name == f"{scheme.name}_demo"
    assert settings.simulated_annotators
    status = workspace_status(result.workspace, lambda: open_client(result.workspace))
    assert (status.articles, status.broken, status.documents) == (1, 0, 3)
