"""What push sends and pull brings back, and how far both are."""
