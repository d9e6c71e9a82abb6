"""A self-signed certificate for https, as 5.0 makes its own: by the openssl program."""

import hashlib
import shutil
import ssl
import subprocess
from pathlib import Path


def self_signed(folder: Path) -> tuple[ssl.SSLContext, str]:
    """A context that serves a new certificate, and its SHA-256 fingerprint (hex, of the DER).

    Raises OSError where there is no openssl program.
    """
    if shutil.which("openssl") is None:
        raise OSError("--https needs the openssl program, which makes the certificate")
    certificate, key = folder / "webmon.pem", folder / "webmon.key"
    subprocess.run(  # noqa: S603 - an argument list, no shell
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"),
            *("ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650"),
            *("-subj", "/CN=localhost", "-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    key.chmod(0o600)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    der = ssl.PEM_cert_to_DER_cert(certificate.read_text())
    return context, hashlib.sha256(der).hexdigest()
