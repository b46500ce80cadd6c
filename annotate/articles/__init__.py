"""Files of articles, read and checked."""
