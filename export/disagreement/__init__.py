"""What annotators differ in, and why: every disagreement by name, and the units they differ on most."""
