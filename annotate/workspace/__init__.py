"""The folder that the commands work in, the server it means, and what ails either."""
