"""The policy pack: Pulumi's engine asks it about every resource, and stops where it refuses.

A pack is a folder with a PulumiPolicy.yaml and a `__main__.py` of two lines:

    from hubwarden_policies.gates.pack import serve
    serve()
"""

from __future__ import annotations


def serve() -> None:
    """Answer Pulumi's engine until it ends this process. The working folder is the pack's."""
    from hubwarden_policies.gates.pack.server import run

    run()
