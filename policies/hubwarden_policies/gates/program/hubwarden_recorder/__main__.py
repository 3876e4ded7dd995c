"""The recorder's process: isolate, import once, fork for every run, report on the control pipe.

    python -u hubwarden_recorder/__main__.py CONTROL_FD < JOB

The job (JSON) is made by `launch.py`, which says what its keys mean.
"""

import os
import sys

if __name__ == "__main__":
    # The package is imported by its own name, and no program sees where it lies.
    _folder = os.path.dirname(os.path.abspath(__file__))
    sys.path[0] = os.path.dirname(_folder)
    from hubwarden_recorder import runs

    del sys.path[0]
    sys.exit(runs.main(int(sys.argv[1])))
