"""How findings are said: a value that says it all (`report`), and one file a format.

Every string passes one redactor, once for all formats (`clean`).
"""
