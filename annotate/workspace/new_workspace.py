"""Make a workspace: its signalbook.toml, with every setting and what it says, and its folders."""

from pathlib import Path

from signalbook.schema.errors import ConflictError
from signalbook.schema.filesystem import STATE_FOLDER, write_text
from signalbook.schema.json_text import json_line
from signalbook.schema.scheme.loader import find_scheme, name_of
from signalbook.schema.settings import CONFIG

from .workspace import TITLE_LENGTHS, Workspace, read_workspace

_TEMPLATE = """\
# A Signalbook workspace. What is left out has the value shown.
# The token is never written here: set LABEL_STUDIO_API_KEY or LABEL_STUDIO_API_KEY_FILE.

[project]
# The name of the project in Label Studio, 3 to 50 characters.
title = "{title}"
# Write true to have each push propose the parties that a text names, as with --propose.
# propose = false

[scheme]
# A scheme file or its folder, from here, or the name of a built-in scheme with its version.
path = {scheme}
# Write true to label in the stages that the scheme has (x-stages), each with a page and a project
# of its own; what a stage begins with is what adjudication made of the one before.
# stages = false

[server]
# Your Label Studio; left out, it is the one that `signalbook studio start` starts here.
# url = "https://labels.example.org"

[assignment]
# "pooled": one project for all, where whoever comes gets the next article. "blind": a project for
# each annotator, with the articles that are theirs; they do not see each other's work.
# mode = "pooled"
# How many annotators label each article; if blind, a mixture is possible: {{ 1 = 0.7, 2 = 0.3 }}.
overlap = 2
# If blind: who labels, by e-mail address or by a name under [annotators].
# annotators = ["ada@example.org", "ben@example.org"]
# How many articles everybody gets first, and how many of their own each gets again at the end.
# calibration = 0
# repeats = 0
# Decides between plans that are equally good.
# seed = 1
# If pooled: write true to have `validate --send-back` show what is to be repaired beside the article,
# where all can read it; each line begins with the e-mail address of whom it is for.
# shared_lists = false

[suggestions]
# The share of articles that come without the prediction that there is, drawn at random; agreement
# then says what predictions do to annotators.
# without = 0.2
# Decides which articles these are.
# seed = 1

[dataset]
# The name of the dataset that is published; left out, it is the name of the scheme.
# name = "news"
# Write true where programs annotate, as in a trial of your own: every release then says so.
# simulated_annotators = false

[annotations]
# Whose an annotation is, where `signalbook pull` says that it is not plain: "take" it as the
# server has it, "leave out", or credit it to an e-mail address.
# "3d148524-db8a-4fc8-a4da-48e97a956ca3" = "take"

[annotators]
# The name in the data for an e-mail address; others get a pseudonym that nobody can reverse.
# Somebody with two addresses is one person, if both have the same name.
# "ada@example.org" = "ada"
"""


def init_workspace(folder: Path, scheme: str | None = None) -> Workspace:
    """Make a workspace in a folder, which may hold other things already.

    Args:
        folder: Folder to make it in.
        scheme: What is written as the path of its scheme; left out, it is the built-in one, with
            the version of now: a later version of Signalbook goes on with it.

    Raises:
        ConflictError: It is a workspace already.
    """
    config = folder / CONFIG
    if config.exists():
        raise ConflictError(f"{config}: exists already; edit it, or choose another folder")
    (folder / "articles").mkdir(parents=True, exist_ok=True)
    name = "".join(sign for sign in folder.resolve().name if sign.isprintable())
    title = name.replace("\\", "").replace('"', "")[: TITLE_LENGTHS[-1]]
    shown = title if len(title) in TITLE_LENGTHS else "Signalbook"
    ignore = folder / STATE_FOLDER / ".gitignore"
    write_text(ignore, "# Secrets and the embedded server: nothing of it is shared.\n*\n")
    # A string of JSON is one of TOML.
    path = json_line(scheme or name_of(find_scheme()))
    write_text(config, _TEMPLATE.format(title=shown, scheme=path))
    return read_workspace(folder.resolve())
