"""Writing a release's files. Given the same items, the same bytes."""
