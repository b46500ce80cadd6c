"""Propose the parties of an article before anybody labels it, from the names in its text."""
