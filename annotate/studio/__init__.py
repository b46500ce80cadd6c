"""The embedded Label Studio."""
