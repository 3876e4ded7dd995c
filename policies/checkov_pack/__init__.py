"""hubwarden's rules as Checkov's checks: give this folder to `checkov --external-checks-dir`.

Checkov executes every module in it whose folder has an `__init__.py`; that is `hubwarden_rules.py`
alone. What it needs stands in `hubwarden_checks/`, which has none for that reason.
"""
