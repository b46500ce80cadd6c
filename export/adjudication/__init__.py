"""Several annotations of one article become one gold annotation."""
