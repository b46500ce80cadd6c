"""The Label Studio server: the only room that knows its API."""
