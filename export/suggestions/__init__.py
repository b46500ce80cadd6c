"""What suggestions do: what annotators make of them, and what they do without."""
