"""Files that are malformed or odd, each with what is bad in it and what is to be said of it.

They are data for tests/cli/test_corpus.py and docs/robustness_page.py. Stock Checkov's verdicts
lie in stock.json with the version that gave them; tests/corpus/files/stock.py measures them.
"""
