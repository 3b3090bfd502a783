"""Questions about people and what they proved. A question never writes."""
