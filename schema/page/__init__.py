"""What annotators see: the labelling page and the codebook, derived from the scheme."""
