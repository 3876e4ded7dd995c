"""The practice: a double, consumers, and a rotation that is killed again and again."""
