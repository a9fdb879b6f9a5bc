//! Whether a message is signed by whom it should be: an enveloped XML signature (section 3.3.4; W3C XML Signature 1.1).
//!
//! The signature must cover the whole message: one reference, to the document, through nothing but taking the signature
//! out and bringing the rest into canonical form. Whatever else a signature can do is refused, since each has been used
//! to have one thing signed and another read. Only the configured key counts; keys in the message are not looked at.

use bergshamra_dsig::{DsigContext, VerifyResult, verify};
use bergshamra_keys::{Key, KeysManager, loader};

use super::tree::Element;

/// The namespace of signatures.
const NAMESPACE: &str = "http://www.w3.org/2000/09/xmldsig#";
/// What may be done to a message before it is digested.
const TRANSFORMS: [&str; 7] = [
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/2006/12/xml-c14n11#WithComments",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
];
/// How the signature may be made; nothing that leans on SHA-1.
const METHODS: [&str; 6] = [
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
];
/// How the message may be digested.
const DIGESTS: [&str; 3] = [
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
];

/// Why a message is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No signature.
    #[error("the message is not signed")]
    Missing,
    /// A signature of another form than is taken.
    #[error("the signature does not cover the whole message in a form that is taken")]
    Form,
    /// A signature by somebody else, or of something else.
    #[error("the signature is not that of the configured key over this message")]
    Wrong,
    /// No certificate and no public key.
    #[error("this is no certificate or public key in PEM")]
    NoKey,
}

/// Whoever signs the messages of a source.
pub struct Signer(Key);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(..)")
    }
}

impl Signer {
    /// Reads a certificate or public key in PEM. Of a certificate only its key counts: it was chosen by hand, and is
    /// replaced by hand.
    pub fn read(pem: &str) -> Result<Self, SignatureError> {
        let key = if pem.contains("BEGIN CERTIFICATE") {
            loader::load_x509_cert_pem(pem.as_bytes())
        } else {
            loader::load_spki_pem(pem.as_bytes())
        };
        key.map(Self).map_err(|_| SignatureError::NoKey)
    }

    /// Refuses a document whose root is not signed by this key. `root` is what was read of the same text.
    pub fn check(&self, text: &str, root: &Element) -> Result<(), SignatureError> {
        covers_all(root)?;
        let mut keys = KeysManager::new();
        keys.add_key(self.0.clone());
        let context = DsigContext::new(keys);
        match verify::verify(&context, text) {
            Ok(VerifyResult::Valid { references, .. })
                if references.len() == 1 && references[0].uri.is_empty() && references[0].digest_verified =>
            {
                Ok(())
            }
            _ => Err(SignatureError::Wrong),
        }
    }
}

/// Whether the one signature of a document covers all of it.
fn covers_all(root: &Element) -> Result<(), SignatureError> {
    let is_signature = |element: &Element| element.name == "Signature" && element.namespace == NAMESPACE;
    let mut signatures = root.children.iter().filter(|child| is_signature(child));
    let signature = signatures.next().ok_or(SignatureError::Missing)?;
    if count(root, &is_signature) != 1 {
        return Err(SignatureError::Form);
    }
    let only = |element: &'_ Element, name: &str| -> Option<Element> {
        let mut all = element.all(name);
        let first = all.next()?.clone();
        all.next().is_none().then_some(first)
    };
    let form = || {
        let info = only(signature, "SignedInfo")?;
        let reference = only(&info, "Reference")?;
        let method = only(&info, "SignatureMethod")?;
        let digest = only(&reference, "DigestMethod")?;
        let transforms = only(&reference, "Transforms")?;
        let listed = |all: &[&str], element: &Element| {
            element
                .attribute("Algorithm")
                .is_some_and(|algorithm| all.contains(&algorithm))
        };
        let of_transforms = transforms.children.iter();
        let right = reference.attribute("URI") == Some("")
            && listed(&METHODS, &method)
            && listed(&DIGESTS, &digest)
            && of_transforms
                .clone()
                .all(|transform| transform.name == "Transform" && listed(&TRANSFORMS, transform))
            && of_transforms
                .clone()
                .any(|transform| transform.attribute("Algorithm") == Some(TRANSFORMS[0]));
        right.then_some(())
    };
    form().ok_or(SignatureError::Form)
}

fn count(element: &Element, is: &impl Fn(&Element) -> bool) -> usize {
    usize::from(is(element))
        + element
            .children
            .iter()
            .map(|child| count(child, is))
            .sum::<usize>()
}

#[cfg(test)]
mod tests;
