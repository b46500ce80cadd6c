import shutil
from pathlib import Path

import pytest

from signalbook.export.release.staging import locked, rename_noreplace, staged
from signalbook.schema.errors import ReleaseExists


@pytest.mark.parametrize("kernel", ["renameat2", "claim"])
def test_a_rename_never_replaces_even_an_empty_folder(
    kernel: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kernel == "claim":
        monkeypatch.setattr("sys.platform", "other")
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    with pytest.raises(FileExistsError):
        rename_noreplace(source, target)
    shutil.rmtree(target)
    rename_noreplace(source, target)
    assert [p.name for p in tmp_path.iterdir()] == ["target"]


def publish_too_late(target: Path) -> None:
    with locked(target.parent), staged(target) as folder:
        (folder / "ours").write_text("x", encoding="utf-8")
        target.mkdir()


def test_a_version_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "1.0.0"
    with pytest.raises(ReleaseExists):
        publish_too_late(target)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".lock", "1.0.0"]
    assert list(target.iterdir()) == []
