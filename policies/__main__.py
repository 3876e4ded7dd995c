"""The policy pack: what Pulumi's engine starts for `pulumi preview` and `pulumi up`."""

from hubwarden_policies.gates.pack import serve

serve()
