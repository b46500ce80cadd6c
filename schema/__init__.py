"""What is annotated: the scheme, its records, and all that is derived from it."""
