"""From documents to a release: checks, agreement, adjudication, datasets."""
