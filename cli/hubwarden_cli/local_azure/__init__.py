"""A double of Azure, not Azure: to practise the rotation of credentials on one's own machine.

It speaks HTTPS on loopback: Azure Resource Manager for IoT hubs and device provisioning services,
their data planes, and a small Key Vault for secrets. What it does on purpose, as Azure does, is in
`behaviour.py` and `faults.py`; where nobody knows what Azure does, both ways are settings.

What it does not imitate: roles (every token of `LocalCredential` may do everything) and Entra ID;
locks and Azure Policy; MQTT, AMQP, devices that are connected, routing and messages; import and
export jobs; proof of possession of certificates, which are kept as they come; the registration of
devices beyond one answer that proves a link; failover, private endpoints and the exact numbers of
Azure's throttles, lags and operation times; keys, certificates, events and backups of Key Vault,
and the clearing of what it deleted after the retention period. State lives in memory and ends with
the process.
"""
