"""A corpus of annotation documents becomes measures of agreement with intervals."""
