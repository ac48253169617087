"""What happened to certificates, for the floors above."""

from django.dispatch import Signal

certificate_issued = Signal()  # sender: Certificate; certificate
certificate_revoked = Signal()  # sender: Certificate; certificate
