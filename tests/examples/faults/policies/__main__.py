from hubwarden_policies.gates.pack import serve

serve()
