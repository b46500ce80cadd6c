"""The commands of `scheme`, and what all commands share."""
