"""Questions about tasks and answers. A question never writes."""
