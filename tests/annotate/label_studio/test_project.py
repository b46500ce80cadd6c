from collections.abc import Iterator

import pytest

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.project import (
    DesiredSettings,
    Drift,
    apply,
    plan,
    require_project,
)
from signalbook.schema.errors import UsageError
from signalbook.schema.page.codebook import instructions
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.model import Scheme

pytestmark = pytest.mark.server


@pytest.fixture
def desired(client: LabelStudioClient, scheme: Scheme) -> Iterator[DesiredSettings]:
    title = f"plan {scheme.name}"
    yield DesiredSettings(title, labeling_config(scheme), instructions(scheme), 2)
    project = client.find_project(title)
    if project:
        client.delete_project(project["id"])


def test_a_project_is_made_once_and_then_as_wanted(
    client: LabelStudioClient, desired: DesiredSettings
) -> None:
    first = plan(client, desired)
    assert first.is_needed
    assert first.project is None
    project = apply(client, first)
    second = plan(client, desired)
    assert second.drift == ()
    assert not second.is_needed
    assert apply(client, second) == project


def test_what_somebody_changed_is_shown_and_put_right(
    client: LabelStudioClient, desired: DesiredSettings
) -> None:
    project = apply(client, plan(client, desired))
    page = desired.label_config.replace("granularity", 'data-x="1" granularity')
    client.update_project(
        project["id"],
        {"maximum_annotations": 5, "label_config": page, "expert_instruction": "<p>Hurry</p>"},
    )
    planned = plan(client, desired)
    assert [drift.setting for drift in planned.drift] == ["page", "instructions", "overlap"]
    assert planned.drift[2] == Drift("overlap", "5", "2")
    assert "data-x" in planned.drift[0].is_
    apply(client, planned)
    assert not plan(client, desired).is_needed


def test_a_project_that_is_not_there_is_reported(client: LabelStudioClient) -> None:
    with pytest.raises(UsageError, match="signalbook project apply"):
        require_project(client, "no such project")
