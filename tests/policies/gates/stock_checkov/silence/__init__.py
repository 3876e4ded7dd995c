"""Inputs that stock Checkov 3.3.30 passes without a word, though each holds what it has checks for.

Measured with `checkov --framework … -d FOLDER` on files of this kind: exit code 0 and no failed
check. Each row has two bad resources (`BAD`) unless it says otherwise.
"""
