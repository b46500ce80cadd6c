"""The command line: here alone the three folders meet."""
