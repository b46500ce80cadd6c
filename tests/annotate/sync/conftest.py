from collections.abc import Iterator

import pytest

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.model import Scheme


@pytest.fixture
def project(
    client: LabelStudioClient, second_scheme: Scheme, request: pytest.FixtureRequest
) -> Iterator[int]:
    """A new project of the running server, for one test."""
    title = request.path.stem.replace("_", " ")
    created = client.create_project(title, labeling_config(second_scheme))
    yield created["id"]
    client.delete_project(created["id"])
