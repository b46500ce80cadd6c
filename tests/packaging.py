"""The wheel made from the sdist is the wheel made from the tree, and it holds what it should."""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
NEEDED = (
    "signalbook/annotate/cli/main.py",
    "signalbook/schema/diplomatic_signal/1.0/diplomatic_signal.schema.json",
    "signalbook/schema/diplomatic_signal/1.0/constraints.py",
    "signalbook/schema/diplomatic_signal/1.0/codebook_prose.md",
    "signalbook/schema/codebook/codebook.css",
    "signalbook/schema/diplomatic_signal/1.1/diplomatic_signal.schema.json",
    "signalbook/schema/diplomatic_signal/1.1/constraints.py",
    "signalbook/schema/diplomatic_signal/1.1/codebook_prose.md",
    "signalbook/schema/scheme/vocabulary/scheme.meta.json",
    "signalbook/schema/examples/claims/1.0/claims.schema.json",
    "signalbook/schema/examples/adverse_events/1.0/constraints.py",
    "signalbook/schema/examples/questions/1.0/example.annotation.json",
    "signalbook/annotate/proposals/data/ar.toml",
    "signalbook/annotate/proposals/data/countries.csv",
    "signalbook/export/release/build.py",
)


def build(source: Path, folder: Path, kind: str) -> Path:
    command = [sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "-o", str(folder)]
    subprocess.run([*command, str(source)], check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.whl" if kind == "wheel" else "*.tar.gz"))


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        from_tree = contents(build(ROOT, here / "tree", "wheel"))
        sdist = build(ROOT, here / "sdist", "sdist")
        subprocess.run(["tar", "xzf", str(sdist), "-C", str(here)], check=True)
        unpacked = here / sdist.name.removesuffix(".tar.gz")
        from_sdist = contents(build(unpacked, here / "again", "wheel"))
    assert from_tree == from_sdist, sorted(set(from_tree) ^ set(from_sdist))
    missing = [name for name in NEEDED if name not in from_tree]
    assert not missing, f"not in the wheel: {missing}"
    stray = [n for n in from_tree if not n.startswith(("signalbook/", "signalbook-"))]
    assert not stray, f"outside the package: {stray}"
    print(f"wheel from tree = wheel from sdist, {len(from_tree)} files")


if __name__ == "__main__":
    main()
