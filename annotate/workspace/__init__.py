"""The folder that the commands work in, the server it means, and what ails either."""

from .new_workspace import init_workspace
from .workspace import Workspace, find_workspace, read_workspace

__all__ = ["Workspace", "find_workspace", "init_workspace", "read_workspace"]
