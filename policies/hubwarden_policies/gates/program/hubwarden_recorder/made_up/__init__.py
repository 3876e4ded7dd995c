"""Made-up answers, and the marks by which each is known again."""
