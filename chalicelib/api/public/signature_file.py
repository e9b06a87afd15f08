"""The file that signers can download from their own page: everything that is held about the signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from chalicelib.domain.timestamps import stamp

if TYPE_CHECKING:
    from chalicelib.api.public.descriptions.link_pages import SignatureFile
    from chalicelib.domain.signatures.signature import Signature


def signature_file(signature: Signature) -> SignatureFile:
    """Returns a signature as JSON types, without what is missing."""
    times = {"signed_at": signature.signed_at, "confirmed_at": signature.confirmed_at}
    written = {
        "campaign": signature.campaign,
        "signature": signature.id,
        "state": str(signature.state),
        **{name: stamp(moment) for name, moment in times.items() if moment},
        "email": signature.email,
        **signature.answers,
        "language": signature.language,
        "public": signature.public,
        "consents": list(signature.consents),
        "source": signature.source,
        "network": signature.network,
        "flags": list(signature.flags),
        "referrer": signature.referrer,
        **signature.utm,
    }
    # A campaign's custom fields have names that no type can list.
    return cast("SignatureFile", written)
