"""The certificates of Microsoft.Devices/IotHubs and Microsoft.Devices/provisioningServices."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from hubwarden_policies.rule import Undecided
from hubwarden_policies.views import ResourceView, View
from hubwarden_policies.views.text import Text
from hubwarden_policies.views.x509 import has_private_key, read_certificates

if TYPE_CHECKING:
    from hubwarden_policies.views.x509 import Certificate


class CertificateProperties(View):
    """What rules read of a certificate. Without a word Azure waits for a proof of possession."""

    certificate: Text | None = None
    is_verified: bool = False


class CaCertificate(ResourceView):
    """A certificate of a hub or a DPS: whoever holds its key can sign certificates of devices."""

    arm_types: ClassVar[tuple[str, ...]] = (
        "Microsoft.Devices/IotHubs/certificates",
        "Microsoft.Devices/provisioningServices/certificates",
    )

    properties: CertificateProperties = CertificateProperties({})

    def certificates(self) -> tuple[Certificate | None, ...]:
        """Every certificate that is given, None for one that cannot be read.

        Raises `Undecided` where a part of the text is made up.
        """
        said = self.properties.certificate
        if said is None:
            return ()
        if said.shape is None or said.holes:
            raise Undecided(said.path, f"the certificate at {said.path}")
        return read_certificates(said.shape)

    def private_key(self) -> bool:
        """Whether a private key is given too.

        Raises `Undecided` where only a made-up part of the text could hold it.
        """
        said = self.properties.certificate
        if said is None:
            return False
        if said.shape is not None and has_private_key(said.shape):
            return True
        if said.shape is None or said.holes:
            raise Undecided(said.path, f"whether {said.path} holds a private key")
        return False
