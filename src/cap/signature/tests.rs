//! Messages signed by an implementation of others (signxml), as they are and as somebody else would like them.

use std::io::Write;
use std::process::{Command, Stdio};

use super::*;
use crate::cap::tree;
use crate::domain::testing::python;

const ALERT: &str = "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>1</identifier><sender>a</sender>\
    <sent>2026-03-01T15:02:00+01:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>\
    <info><language>nl</language><category>Met</category><event>Storm \u{e9} &amp; regen</event>\
    <urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty></info></alert>";

/// Signs with a fresh key in the ways that are asked for; prints the certificates and the signed messages.
const SIGN: &str = r"
import datetime, json, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree
from signxml import XMLSigner, methods

def keys(key):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, 'alerts.example')])
    now = datetime.datetime(2026, 1, 1)
    certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=3650))
        .sign(key, hashes.SHA256()))
    pem = serialization.Encoding.PEM
    return dict(
        private=key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        certificate=certificate.public_bytes(pem),
        public=key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo))

alert = sys.stdin.read()
out = []
for key, methods_ in ((rsa.generate_private_key(65537, 2048), ('rsa-sha256', 'rsa-sha512')),
                      (ec.generate_private_key(ec.SECP256R1()), ('ecdsa-sha256',))):
    own = keys(key)
    for method in methods_:
        for c14n in ('http://www.w3.org/2001/10/xml-exc-c14n#', 'http://www.w3.org/2006/12/xml-c14n11'):
            signer = XMLSigner(method=methods.enveloped, signature_algorithm=method,
                digest_algorithm='sha256', c14n_algorithm=c14n)
            signed = signer.sign(etree.fromstring(alert.encode()), key=own['private'], cert=own['certificate'].decode())
            out.append(dict(signed=etree.tostring(signed).decode(), certificate=own['certificate'].decode(),
                public=own['public'].decode()))
print(json.dumps(out))
";

#[derive(serde::Deserialize)]
struct Signed {
    signed: String,
    certificate: String,
    public: String,
}

fn signed() -> Vec<Signed> {
    let mut child = Command::new(python())
        .args(["-W", "ignore", "-c", SIGN])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(ALERT.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn check(signer: &Signer, text: &str) -> Result<(), SignatureError> {
    signer.check(text, &tree::read(text.as_bytes()).unwrap())
}

#[test]
fn what_the_configured_key_signed_is_believed_and_nothing_else_is() {
    let all = signed();
    assert_eq!(all.len(), 6);
    for one in &all {
        for pem in [&one.certificate, &one.public] {
            let signer = Signer::read(pem).unwrap();
            assert_eq!(check(&signer, &one.signed), Ok(()));
            for (part, instead) in [
                ("Severe", "Extreme"),
                ("<sender>a<", "<sender>b<"),
                ("Actual", "Draft"),
            ] {
                let changed = one.signed.replacen(part, instead, 1);
                assert_ne!(changed, one.signed);
                assert_eq!(check(&signer, &changed), Err(SignatureError::Wrong), "{instead}");
            }
            let more = one
                .signed
                .replacen("</info>", "</info><info><event>x</event></info>", 1);
            assert_eq!(check(&signer, &more), Err(SignatureError::Wrong));
        }
    }
    // The message brings its certificate along: that is nobody's word but its own.
    let other = Signer::read(&all[4].certificate).unwrap();
    assert_eq!(check(&other, &all[0].signed), Err(SignatureError::Wrong));
    assert_eq!(check(&other, ALERT), Err(SignatureError::Missing));
}

#[test]
fn a_signature_that_covers_something_else_is_refused_for_its_form() {
    let all = signed();
    let signer = Signer::read(&all[0].certificate).unwrap();
    let text = &all[0].signed;
    // Wrapped: the signed message as a part of another.
    let inner = text.replacen("<alert ", "<x:old xmlns:x=\"urn:x\"><alert ", 1) + "</x:old>";
    let wrapped = ALERT.replacen("</alert>", &format!("{inner}</alert>"), 1);
    assert_eq!(check(&signer, &wrapped), Err(SignatureError::Missing));
    // Two signatures.
    let start = text.find("<ds:Signature").unwrap();
    let end = text.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
    let twice = text.replacen(&text[start..end], &text[start..end].repeat(2), 1);
    assert_eq!(check(&signer, &twice), Err(SignatureError::Form));
    for (part, instead) in [
        ("URI=\"\"", "URI=\"#part\""),
        (
            "2000/09/xmldsig#enveloped-signature",
            "TR/1999/REC-xpath-19991116",
        ),
        ("xmldsig-more#rsa-sha256", "xmldsig-more#rsa-md5"),
        ("xmlenc#sha256", "xmlenc#sha1"),
    ] {
        let changed = text.replacen(part, instead, 1);
        assert_ne!(&changed, text, "{part}");
        assert_eq!(check(&signer, &changed), Err(SignatureError::Form), "{instead}");
    }
}

#[test]
fn anything_else_is_no_key() {
    for wrong in [
        "",
        "secret",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        assert_eq!(Signer::read(wrong).err(), Some(SignatureError::NoKey), "{wrong}");
    }
}
