"""Decrypts what `examples/encrypt_push` encrypts with another implementation of RFC 8291.

Needs the Python packages http-ece and cryptography:

    cargo build --example encrypt_push
    python3 -m venv /tmp/independent && /tmp/independent/bin/pip install http-ece
    /tmp/independent/bin/python tests/independent/decrypt_push.py target/debug/examples/encrypt_push
"""

import base64
import os
import subprocess
import sys

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def check(encrypt: str, message: bytes) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    public = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    auth = os.urandom(16)
    command = [encrypt, base64url(public), base64url(auth)]
    body = subprocess.run(command, input=message, stdout=subprocess.PIPE, check=True).stdout
    assert len(body) <= 4096, f"{len(body)} bytes"
    read = http_ece.decrypt(body, private_key=private, auth_secret=auth, version="aes128gcm")
    assert read == message, f"{len(message)} bytes came out as {len(read)} others"


def main() -> None:
    encrypt = sys.argv[1]
    sizes = [0, 1, 2, 15, 16, 17, 255, 1000, 3992, 3993]
    for size in sizes:
        for _ in range(20):
            check(encrypt, os.urandom(size))
    check(encrypt, "Vermist: jongen van zes, rode jas ☎ 112".encode())
    print(f"{20 * len(sizes) + 1} bodies decrypted")


main()
