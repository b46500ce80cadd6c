"""One version of a dataset: built, published at once, read back and verified."""
