"""The recorder's process: isolate, import once, fork for every run, report on the control pipe.

    python -u hubwarden_recorder/__main__.py CONTROL_FD < JOB

The job (JSON) is described in `job.py`.
"""

import os
import sys

if __name__ == "__main__":
    # The package is imported by its own name, and no program sees where it lies.
    _folder = os.path.dirname(os.path.abspath(__file__))
    _path = [path for path in sys.path if path != _folder]
    sys.path[:] = [os.path.dirname(_folder), *_path]
    from hubwarden_recorder import runs

    sys.path[:] = _path
    sys.exit(runs.main(int(sys.argv[1])))
