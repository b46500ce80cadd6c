from typing import cast

import pytest
from fault_proxy import Fate, fault_proxy
from pushing import article, articles, once_each

from signalbook.annotate.conversion.convert import article_of
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import TaskRow
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.sync.push import Pushed, push
from signalbook.annotate.sync.raw_store import METADATA_SHA256
from signalbook.annotate.sync.tasks import to_task
from signalbook.schema.documents.records import Article
from signalbook.schema.errors import ServerError
from signalbook.schema.page.control_names import MENTIONS
from signalbook.schema.page.task_lists import task_lists
from signalbook.schema.scheme.model import Json, Scheme

pytestmark = pytest.mark.server


def held(client: LabelStudioClient, project: int) -> dict[str, TaskRow]:
    rows = client.list_tasks(project, include=("id", "data", "meta"))
    return {str(row["data"]["article_id"]): row for row in rows}


def corrected(given: Article, **values: object) -> Article:
    return Article.model_validate({**given.to_dict(), **values})


def test_corrected_metadata_arrive_and_all_else_stays(
    client: LabelStudioClient, project: int, second_scheme: Scheme
) -> None:
    given = articles(3)
    push(client, project, given, scheme=second_scheme)
    before = held(client, project)
    row = before["report-1"]
    data: dict[str, Json] = {**row["data"], "corrections": "- Look again.", "of_others": [1]}
    client.update_task(row["id"], data=data, meta=row["meta"] or {})
    new = corrected(
        given[1], title="Another report", redistributable=True, published_at="2026-02-03"
    )
    changed = [given[0], new, given[2]]
    would = push(client, project, changed, scheme=second_scheme, dry_run=True)
    assert would == Pushed(0, 3, updated=("report-1",))
    assert held(client, project)["report-1"]["data"] == data
    assert push(client, project, changed, scheme=second_scheme) == would
    after = held(client, project)
    now = after.pop("report-1")
    assert after == {id: row for id, row in before.items() if id != "report-1"}
    assert article_of(now["data"]) == new
    assert (now["data"]["title"], now["data"]["of_others"]) == ("Another report", [1])
    assert now["data"]["corrections"] == "- Look again."
    assert now["data"]["text"] == row["data"]["text"]
    assert now["data"]["text_sha256"] == row["data"]["text_sha256"]
    assert push(client, project, changed, scheme=second_scheme) == Pushed(0, 3)
    assert once_each(client, project, given)


def test_a_task_of_an_earlier_version_is_looked_at_once(
    client: LabelStudioClient, project: int, second_scheme: Scheme
) -> None:
    given = articles(2)
    tasks = [to_task(article, second_scheme) for article in given]
    for task in tasks:
        task.get("meta", {}).pop(METADATA_SHA256)
    client.import_tasks(project, tasks)
    changed = [given[0], corrected(given[1], licence="CC-BY-4.0")]
    done = push(client, project, changed, scheme=second_scheme)
    assert done == Pushed(0, 2, updated=("report-1",))
    metas = [row["meta"] or {} for row in held(client, project).values()]
    assert all(METADATA_SHA256 in meta for meta in metas)


def test_lists_that_the_page_reads_now_arrive_and_those_with_names_stay(
    client: LabelStudioClient, project: int, second_scheme: Scheme, diplomatic: Scheme
) -> None:
    given = articles(2)
    push(client, project, given, scheme=second_scheme)
    row = held(client, project)["report-1"]
    named: list[Json] = [{"value": "Castria", "alias": "mention__P1"}]
    client.update_task(row["id"], data={**row["data"], MENTIONS: named}, meta=row["meta"] or {})
    done = push(client, project, given, scheme=diplomatic)
    assert done == Pushed(0, 2, updated=("report-0", "report-1"))
    after = held(client, project)
    for row in after.values():
        assert {*task_lists(diplomatic)} <= {*row["data"]}
    assert after["report-1"]["data"][MENTIONS] == named
    assert push(client, project, given, scheme=diplomatic) == Pushed(0, 2)


def test_a_text_that_was_changed_on_the_server_is_not_hidden_by_corrected_metadata(
    client: LabelStudioClient, project: int, second_scheme: Scheme
) -> None:
    given = article("report-1", "Zelonin gave a rash.")
    push(client, project, [given], scheme=second_scheme)
    [row] = held(client, project).values()
    client.update_task(row["id"], data={**row["data"], "text": "Else."}, meta=row["meta"] or {})
    push(client, project, [corrected(given, title="New")], scheme=second_scheme)
    [row] = held(client, project).values()
    assert (row["data"]["title"], row["data"]["text"]) == ("New", "Else.")
    assert cast("dict[str, str]", row["data"]["article"])["text_sha256"] == given.text_sha256


@pytest.mark.parametrize("fate", [b"{}", b"[]", b'{"id": 1, "data": {}, "meta": null}'])
def test_an_update_that_the_server_does_not_confirm_is_told(
    client: LabelStudioClient, studio: Studio, project: int, second_scheme: Scheme, fate: bytes
) -> None:
    given = article("report-1", "Zelonin gave a rash.")
    push(client, project, [given], scheme=second_scheme)

    def fault(method: str, path: str, number: int) -> Fate:
        return fate if method == "PATCH" else "pass"

    with (
        fault_proxy(studio.url, fault) as url,
        LabelStudioClient(url, studio.token) as odd,
        pytest.raises(ServerError, match="update task"),
    ):
        push(odd, project, [corrected(given, title="New")], scheme=second_scheme)
