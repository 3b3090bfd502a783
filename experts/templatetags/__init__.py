"""Template tags of the experts app."""
