"""Label Studio results and annotation documents, converted both ways by pure functions."""
