"""Between articles and annotations: Label Studio, conversion, the command line."""
