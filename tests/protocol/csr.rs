//! The request as the CA reads it.

use shirushi::{
    domain::{DistinguishedName, SignError, SignatureScheme, Signer},
    protocol::csr::{RequestError, request},
};
use x509_cert::{
    der::{Decode, Encode, Tag, Tagged},
    request::CertReq,
};

use crate::make::{TestKey, keys};

fn name(attributes: &[(&str, &str)]) -> DistinguishedName {
    DistinguishedName::from_attributes(attributes.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
}

#[test]
fn the_same_subject_and_key_give_the_same_bytes() {
    let subject = name(&[("CN", "1234567 taro")]);
    assert_eq!(request(&subject, &keys().leaf).unwrap(), request(&subject, &keys().leaf).unwrap());
}

#[test]
fn a_request_carries_the_name_the_key_and_nothing_else() {
    let subject = name(&[("CN", "1234567 太郎"), ("O", "れんしゅう"), ("C", "JP"), ("OU", "A"), ("2.5.4.65", "x")]);
    let request = CertReq::from_der(&request(&subject, &keys().leaf).unwrap()).unwrap();
    assert!(request.info.attributes.is_empty());
    assert_eq!(request.info.public_key.to_der().unwrap(), keys().leaf.spki_der());
    let kinds: Vec<String> = request.info.subject.iter().map(|attribute| attribute.oid.to_string()).collect();
    assert_eq!(kinds, ["2.5.4.6", "2.5.4.10", "2.5.4.11", "2.5.4.3", "2.5.4.65"]);
    let tags: Vec<Tag> = request.info.subject.iter().map(|attribute| attribute.value.tag()).collect();
    assert_eq!(tags[..2], [Tag::PrintableString, Tag::Utf8String]);
}

#[test]
fn a_name_with_an_unknown_attribute_is_refused() {
    let outcome = request(&name(&[("NONSENSE", "x")]), &keys().leaf);
    assert!(matches!(outcome, Err(RequestError::UnknownAttribute(kind)) if kind == "NONSENSE"));
}

#[test]
fn a_country_that_cannot_be_written_is_refused() {
    let outcome = request(&name(&[("C", "日本")]), &keys().leaf);
    assert!(matches!(outcome, Err(RequestError::Value(kind)) if kind == "C"));
}

/// Signs with another key than the one it names.
#[derive(Debug)]
struct Impostor(TestKey);

impl Signer for Impostor {
    fn spki_der(&self) -> &[u8] {
        keys().leaf.spki_der()
    }

    fn schemes(&self) -> &[SignatureScheme] {
        self.0.schemes()
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.0.sign(scheme, message)
    }
}

#[test]
fn a_signature_of_another_key_is_found_before_sending() {
    let outcome = request(&name(&[("CN", "x")]), &Impostor(keys().stranger.clone()));
    assert!(matches!(outcome, Err(RequestError::SignatureWrong)));
}
