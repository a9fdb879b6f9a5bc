// Codes of an authenticator (RFC 6238), as an app shows them.
import { createHmac } from "node:crypto";

/** The code of a secret in base32, for now or so many steps of half a minute later. */
export function codeOf(secret, later = 0) {
    const bits = [...secret.replaceAll(/[^A-Z2-7]/g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
    const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
    const step = Buffer.alloc(8);
    step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
    const hash = createHmac("sha1", key).update(step).digest();
    const at = hash.at(-1) & 15;
    return `${(hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000}`.padStart(6, "0");
}
