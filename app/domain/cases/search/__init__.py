"""How cases are found: the text that everyone on a case may read, folded, and tokens of what identifies the citizen."""
