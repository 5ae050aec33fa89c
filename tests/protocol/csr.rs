//! The request as the CA reads it.

use shirushi::{
    domain::{DistinguishedName, SignError, SignatureScheme, Signer},
    protocol::csr::{Form, RequestError, filled_in, request},
};
use x509_cert::{
    der::{Decode, Encode, Tag, Tagged, oid::AssociatedOid},
    ext::{Extensions, pkix::SubjectAltName},
    request::CertReq,
};

use crate::make::{Recipe, TestKey, keys};

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

#[test]
fn a_renewal_repeats_the_name_byte_by_byte_and_the_alternative_names_with_it() {
    let present = Recipe { dns_name: Some("taro.example"), key: &keys().stranger, ..Recipe::leaf() }.make();
    let form = Form::for_holder_of(&present);
    let request = CertReq::from_der(&filled_in(&form, &keys().leaf).unwrap()).unwrap();
    let parsed = present.parsed().tbs_certificate();
    assert_eq!(request.info.subject.to_der().unwrap(), parsed.subject().to_der().unwrap());
    assert_eq!(request.info.public_key.to_der().unwrap(), keys().leaf.spki_der(), "the key is the new one");
    let wanted: Vec<_> = parsed.extensions().unwrap().iter().filter(|one| one.extn_id == SubjectAltName::OID).collect();
    assert_eq!(requested(&request).iter().collect::<Vec<_>>(), wanted);

    let plain = Form::for_holder_of(&Recipe::leaf().make());
    let request = CertReq::from_der(&filled_in(&plain, &keys().leaf).unwrap()).unwrap();
    assert!(request.info.attributes.is_empty(), "no alternative names, no attribute");
}

/// What the request asks for beside name and key.
pub fn requested(request: &CertReq) -> Extensions {
    let attributes: Vec<_> = request.info.attributes.iter().collect();
    let [attribute] = attributes.as_slice() else { panic!("{attributes:?}") };
    assert_eq!(attribute.oid.to_string(), "1.2.840.113549.1.9.14");
    attribute.values.get(0).unwrap().decode_as().unwrap()
}
