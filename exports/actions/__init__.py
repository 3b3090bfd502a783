"""What happens to labs, datasets and releases. One function is one transaction, but for a build, which says why not."""
