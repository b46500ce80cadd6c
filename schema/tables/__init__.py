"""The tables of a dataset, derived from the scheme."""
