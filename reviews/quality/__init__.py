"""Statistics of judgement. Pure: numbers in, numbers out; neither a row nor a person in it."""
