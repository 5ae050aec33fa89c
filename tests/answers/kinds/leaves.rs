//! The user's certificate itself.

use shirushi::{domain::Signer as _, protocol::validate::Rule};

use super::{Kind, answer, bad, chain, good};
use crate::{
    der::{
        BIT_STRING, BMP, CONTEXT, INTEGER, OBJECT, OCTET_STRING, PRINTABLE, SEQUENCE, SET, UTF8, oid, sequence, tlv,
    },
    make::keys,
    paper::{
        ALTERNATIVE_NAME, AUTHORITY_KEY, BASIC_CONSTRAINTS, CLIENT_AUTH, CN, CRL_POINTS, EXTENDED, Hash, IS_CA,
        KEY_USAGE, NETSCAPE_TYPE, O, OU, POLICIES, Paper, SERVER_AUTH, SUBJECT_KEY, Seal, Weight, authority_key,
        called, constraints, extension, generalized, key_id, key_usage, more_keys, name, subject_key, uses, utc,
    },
};

const ANY_USE: &str = "2.5.29.37.0";

fn leaf() -> Paper {
    Paper::leaf()
}

fn unknown(weight: Weight) -> Vec<u8> {
    extension("1.3.6.1.4.1.99999.1", weight, &[5, 0])
}

fn alternative(names: &[u8]) -> Vec<u8> {
    extension(ALTERNATIVE_NAME, Weight::Plain, &tlv(SEQUENCE, names))
}

/// A key on P-256: the generator itself, whose secret is 1.
fn curve_key() -> Vec<u8> {
    let point = "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296\
                 4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
    let point = point.as_bytes().chunks(2).map(|pair| {
        let digits = str::from_utf8(pair).expect("ASCII");
        u8::from_str_radix(digits, 16).expect("a digit")
    });
    let algorithm = sequence(&[&oid("1.2.840.10045.2.1"), &oid("1.2.840.10045.3.1.7")]);
    sequence(&[&algorithm, &tlv(BIT_STRING, &[0].into_iter().chain(point).collect::<Vec<_>>())])
}

pub fn refused() -> Vec<Kind> {
    [keys_and_names(), purposes(), extensions(), found_by_mutants(), dates(), forms(), signatures()]
        .into_iter()
        .flatten()
        .collect()
}

fn keys_and_names() -> Vec<Kind> {
    let (our_key, subject) = (Rule::OurKey, Rule::Subject);
    let other_key = Paper { key: more_keys().sub_ca.spki_der().to_vec(), ..leaf() };
    let second = Paper { serial: tlv(INTEGER, &[8]), ..leaf() };
    let named = |attributes: &[(&str, u8, &[u8])]| answer(&Paper { subject: name(attributes), ..leaf() });
    let taro: (&str, u8, &[u8]) = (CN, UTF8, b"1234567 taro");
    let house: (&str, u8, &[u8]) = (O, UTF8, b"Renshu");
    let taro_wide: Vec<u8> = "1234567 taro".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let short = Paper { key: more_keys().short.spki_der().to_vec(), ..leaf() };
    vec![
        bad(our_key, "another key", answer(&other_key)),
        bad(our_key, "a key on a curve", answer(&Paper { key: curve_key(), ..leaf() })),
        bad(our_key, "two different ones for our key", chain(&[&leaf(), &second, &Paper::ca()])),
        bad(our_key, "the CA's certificate alone", chain(&[&Paper::ca()])),
        bad(Rule::Algorithm, "a key of 1024 bits", answer(&short)).asked(|asked| asked.key = &more_keys().short),
        bad(Rule::Algorithm, "a key of another length", answer(&leaf())).asked(|asked| asked.bits = 3072),
        bad(subject, "another person's name", named(&[house, (CN, UTF8, b"7654321 jiro")])),
        bad(subject, "another company's name", named(&[(O, UTF8, b"Tokai"), taro])),
        bad(subject, "a name without the company", named(&[taro])),
        bad(subject, "a name without the person", named(&[house])),
        bad(subject, "no name at all", named(&[])),
        bad(subject, "a second company in the name", named(&[house, (O, UTF8, b"Tokai"), taro])),
        bad(subject, "a name that goes on", named(&[house, (CN, UTF8, b"1234567 taroza")])),
        bad(subject, "a name that goes on after a zero", named(&[house, (CN, UTF8, b"1234567 taro\0jiro")])),
        bad(subject, "the person in the place of the unit", named(&[house, (OU, UTF8, b"1234567 taro")])),
        bad(subject, "the name in wide characters", named(&[house, (CN, BMP, &taro_wide)])),
        bad(subject, "a name in another order than the renewed one's", named(&[taro, house]))
            .asked(|asked| asked.renews = Some(Paper { key: Paper::root().key, ..leaf() }.certificate())),
    ]
}

fn purposes() -> Vec<Kind> {
    let with = |kind, new: &[u8]| answer(&leaf().with(kind, new));
    let usage = |bits: &[u8]| extension(KEY_USAGE, Weight::Critical, &tlv(BIT_STRING, bits));
    let netscape = |bits| extension(NETSCAPE_TYPE, Weight::Plain, &tlv(BIT_STRING, &[6, bits]));
    vec![
        bad(Rule::ClientAuth, "no purpose", with(EXTENDED, &[])),
        bad(Rule::ClientAuth, "for servers", with(EXTENDED, &uses(&[SERVER_AUTH]))),
        bad(Rule::ClientAuth, "for anything, and not named for clients", with(EXTENDED, &uses(&[ANY_USE]))),
        bad(Rule::ClientAuth, "a list of no purpose", with(EXTENDED, &uses(&[]))),
        bad(
            Rule::ClientAuth,
            "a purpose that cannot be read",
            with(EXTENDED, &extension(EXTENDED, Weight::Plain, &[5, 0])),
        ),
        bad(Rule::ClientAuth, "purposes named twice", answer(&leaf().and(uses(&[CLIENT_AUTH])))),
        bad(Rule::ClientAuth, "Netscape's type says servers", answer(&leaf().and(netscape(0x40)))),
        bad(Rule::KeyUsage, "a key for encryption alone", with(KEY_USAGE, &key_usage(0x20))),
        bad(Rule::KeyUsage, "a key for agreement alone", with(KEY_USAGE, &key_usage(0x08))),
        bad(Rule::KeyUsage, "a key for non-repudiation alone", with(KEY_USAGE, &key_usage(0x40))),
        bad(Rule::KeyUsage, "a key for nothing", with(KEY_USAGE, &usage(&[0]))),
        bad(
            Rule::KeyUsage,
            "a use that cannot be read",
            with(KEY_USAGE, &extension(KEY_USAGE, Weight::Plain, &[5, 0])),
        ),
        bad(Rule::KeyUsage, "key uses named twice", answer(&leaf().and(key_usage(0x80)))),
        bad(Rule::NotACa, "a CA", answer(&leaf().and(constraints(IS_CA)))),
        bad(
            Rule::NotACa,
            "a CA by a plain extension",
            answer(&leaf().and(extension(BASIC_CONSTRAINTS, Weight::Plain, &sequence(&[IS_CA])))),
        ),
        bad(Rule::NotACa, "a key that may sign certificates", with(KEY_USAGE, &key_usage(0x84))),
        bad(Rule::NotACa, "a path length without being a CA", answer(&leaf().and(constraints(&tlv(INTEGER, &[1]))))),
        bad(
            Rule::NotACa,
            "constraints that cannot be read",
            answer(&leaf().and(extension(BASIC_CONSTRAINTS, Weight::Plain, &[5, 0]))),
        ),
        bad(Rule::NotACa, "constraints named twice", answer(&leaf().and(constraints(&[])).and(constraints(&[])))),
    ]
}

fn extensions() -> Vec<Kind> {
    let form = Rule::WellFormed;
    let and = |more: Vec<u8>| answer(&leaf().and(more));
    let garbled = |kind| answer(&leaf().with(kind, &extension(kind, Weight::Plain, &[0x30, 3, 0x82, 9, 9])));
    let policy = sequence(&[&sequence(&[&oid("1.3.6.1.4.1.99999.2")])]);
    vec![
        bad(Rule::CriticalExtension, "a critical extension that nobody knows", and(unknown(Weight::Critical))),
        bad(
            Rule::CriticalExtension,
            "policies that must be understood",
            and(extension(POLICIES, Weight::Critical, &policy)),
        ),
        bad(
            Rule::CriticalExtension,
            "a proxy's certificate (RFC 3820)",
            and(extension(
                "1.3.6.1.5.5.7.1.14",
                Weight::Critical,
                &sequence(&[&sequence(&[&oid("1.3.6.1.5.5.7.21.1")])]),
            )),
        ),
        bad(
            form,
            "the same unknown extension twice",
            answer(&leaf().and(unknown(Weight::Plain)).and(unknown(Weight::Plain))),
        ),
        bad(
            form,
            "other names twice",
            answer(&leaf().and(alternative(&tlv(0x81, b"a@b.example"))).and(alternative(&tlv(0x81, b"c@d.example")))),
        ),
        bad(form, "other names that cannot be read", garbled(ALTERNATIVE_NAME)),
        bad(form, "a key's name that cannot be read", garbled(SUBJECT_KEY)),
        bad(form, "the CA's key's name that cannot be read", garbled(AUTHORITY_KEY)),
        bad(form, "a revocation address that cannot be read", garbled(CRL_POINTS)),
        bad(
            form,
            "bytes after a key's name",
            answer(&leaf().with(SUBJECT_KEY, &extension(SUBJECT_KEY, Weight::Plain, &[4, 1, 7, 5, 0]))),
        ),
        bad(
            Rule::Chain,
            "the name of another key of the CA",
            answer(&leaf().with(AUTHORITY_KEY, &authority_key(&key_id(&keys().stranger)))),
        ),
        bad(
            Rule::Chain,
            "the serial number of another CA",
            answer(&leaf().with(
                AUTHORITY_KEY,
                &extension(
                    AUTHORITY_KEY,
                    Weight::Plain,
                    &sequence(&[&tlv(CONTEXT[1], &tlv(0xa4, &called("Renshu Root"))), &tlv(0x82, &[9])]),
                ),
            )),
        ),
    ]
}

/// What OpenSSL was found to refuse and we were not.
fn found_by_mutants() -> Vec<Kind> {
    let form = Rule::WellFormed;
    let points =
        |point: &[u8]| answer(&leaf().and(extension(CRL_POINTS, Weight::Plain, &sequence(&[&sequence(&[point])]))));
    let padded = |kind: [u8; 4], value: &[u8]| sequence(&[&tlv(OBJECT, &kind), value]);
    let padded_use = [&[0x2b, 6, 1, 5, 5, 7, 3, 0x80, 4][..]].map(|kind| tlv(OBJECT, kind)).concat();
    let padded_name = tlv(SET, &padded([0x55, 4, 0x80, 11], &tlv(UTF8, b"1")));
    let subject = [&name(&[(O, UTF8, b"Renshu"), (CN, UTF8, b"1234567 taro")])[2..], &padded_name].concat();
    vec![
        bad(form, "a revocation list of nobody and nowhere", points(&[])),
        bad(form, "reasons for revocation and nothing else", points(&[0x81, 2, 1, 6])),
        bad(
            form,
            "zeros before a number of an extension's kind",
            answer(&leaf().and(padded([0x55, 0x1d, 0x80, 14], &tlv(OCTET_STRING, &[4, 1, 7])))),
        ),
        bad(
            form,
            "zeros before a number of a purpose",
            answer(
                &leaf()
                    .with(EXTENDED, &extension(EXTENDED, Weight::Plain, &sequence(&[&oid(CLIENT_AUTH), &padded_use]))),
            ),
        ),
        bad(form, "zeros before a number in a name", answer(&Paper { subject: tlv(SEQUENCE, &subject), ..leaf() })),
        bad(
            form,
            "a name in an alphabet for screens",
            answer(&Paper {
                subject: name(&[(O, UTF8, b"Renshu"), (CN, UTF8, b"1234567 taro"), (OU, 0x1a, b"1")]),
                ..leaf()
            }),
        ),
    ]
}

fn dates() -> Vec<Kind> {
    let from = |not_before: Vec<u8>| answer(&Paper { not_before, ..leaf() });
    let until = |not_after: Vec<u8>| answer(&Paper { not_after, ..leaf() });
    let turned = Paper { not_before: utc("260501000000Z"), not_after: utc("260301000000Z"), ..leaf() };
    let (over, readable) = (Rule::Dates, Rule::Readable);
    vec![
        bad(over, "expired a second ago", until(utc("260331235959Z"))),
        bad(
            over,
            "expired years ago",
            answer(&Paper { not_before: utc("210101000000Z"), not_after: utc("220101000000Z"), ..leaf() }),
        ),
        bad(over, "not yet valid for six minutes", from(utc("260401000600Z"))),
        bad(over, "not yet valid for a year", from(utc("270301000000Z"))),
        bad(
            over,
            "valid for no time",
            answer(&Paper { not_before: utc("260401000000Z"), not_after: utc("260401000000Z"), ..leaf() }),
        ),
        bad(over, "an end before its beginning", answer(&turned)),
        bad(readable, "a date without seconds", until(utc("2704010000Z"))),
        bad(readable, "a date in another zone", until(utc("270401000000+0900"))),
        bad(readable, "a date with fractions", until(generalized("20270401000000.5Z"))),
        bad(readable, "a day that does not exist", until(utc("270231000000Z"))),
        bad(readable, "a date of words", until(utc("next year"))),
    ]
}

fn forms() -> Vec<Kind> {
    let readable = Rule::Readable;
    let bare = Paper { extensions: Vec::new(), ..leaf() };
    let garbled_name = name(&[(O, UTF8, b"Renshu"), (CN, UTF8, b"1234567 taro"), (OU, UTF8, &[0xc3, 0x28])]);
    let half_wide = name(&[(O, UTF8, b"Renshu"), (CN, UTF8, b"1234567 taro"), (OU, BMP, &[0x65])]);
    let long_serial = tlv(INTEGER, &[1; 40]);
    vec![
        bad(readable, "version 1", answer(&Paper { version: Vec::new(), ..bare.clone() })),
        bad(readable, "version 1 with extensions", answer(&Paper { version: Vec::new(), ..leaf() })),
        bad(readable, "version 2", answer(&Paper { version: tlv(CONTEXT[0], &[2, 1, 1]), ..bare.clone() })),
        bad(readable, "version 4", answer(&Paper { version: tlv(CONTEXT[0], &[2, 1, 3]), ..leaf() })),
        bad(Rule::ClientAuth, "version 3 and no extension", answer(&bare)),
        bad(readable, "a serial number of forty bytes", answer(&Paper { serial: long_serial, ..leaf() })),
        bad(readable, "a field after the extensions", answer(&Paper { tail: vec![5, 0], ..leaf() })),
        bad(Rule::WellFormed, "a name that is no UTF-8", answer(&Paper { subject: garbled_name, ..leaf() })),
        bad(Rule::WellFormed, "half a wide character in the name", answer(&Paper { subject: half_wide, ..leaf() })),
        bad(
            Rule::WellFormed,
            "unique identifiers (RFC 5280 §4.1.2.8)",
            answer(&Paper { unique_ids: vec![0x82, 2, 0, 7], ..leaf() }),
        ),
    ]
}

fn signatures() -> Vec<Kind> {
    let other_inside = Paper { algorithm: Hash::Sha384.identifier(), ..leaf() };
    let bytes = |bytes: Vec<u8>| answer(&Paper { seal: Seal::Bytes(tlv(BIT_STRING, &bytes)), ..leaf() });
    let real = Hash::Sha256.sign(&keys().issuer_ca, &leaf().to_be_signed());
    let mut flipped = [vec![0], real.clone()].concat();
    flipped[100] ^= 1;
    vec![
        bad(Rule::Algorithm, "signed by SHA-1", answer(&leaf().hashed_by(Hash::Sha1))),
        bad(Rule::Algorithm, "signed by MD5", answer(&leaf().hashed_by(Hash::Md5))),
        bad(Rule::Algorithm, "one algorithm outside and another inside", answer(&other_inside)),
        bad(Rule::Chain, "signed by a stranger under the CA's name", answer(&leaf().signed_by(&keys().stranger))),
        bad(
            Rule::Chain,
            "signed by the CA under a stranger's name",
            answer(&Paper { issuer: called("Tokai CA"), ..leaf() }),
        ),
        bad(Rule::Chain, "signed by the root under the CA's name", answer(&leaf().signed_by(&keys().issuer_root))),
        bad(
            Rule::Chain,
            "signed by itself",
            answer(&Paper { issuer: leaf().subject, ..leaf() }.signed_by(&keys().leaf)),
        ),
        bad(Rule::Chain, "a signature with one bit turned", bytes(flipped)),
        bad(Rule::Chain, "a signature cut short", bytes([&[0], &real[..255]].concat())),
        bad(Rule::Chain, "a signature of nothing", bytes(vec![0])),
        bad(Rule::Chain, "a signature of zeros", bytes(vec![0; 257])),
    ]
}

pub fn accepted() -> Vec<Kind> {
    let serial = |bytes: &[u8]| answer(&Paper { serial: tlv(INTEGER, bytes), ..leaf() });
    let named = |attributes: &[(&str, u8, &[u8])]| answer(&Paper { subject: name(attributes), ..leaf() });
    let house: (&str, u8, &[u8]) = (O, UTF8, b"Renshu");
    let without_null = sequence(&[&oid("1.2.840.113549.1.1.11")]);
    let printable = [(O, PRINTABLE, &b"Renshu"[..]), (CN, PRINTABLE, b"1234567 taro")];
    vec![
        good("a leaf as it should be", answer(&leaf())),
        good("a leaf with everything in it", answer(&Paper::rich_leaf())),
        good(
            "the least that is a leaf",
            answer(&leaf().with(KEY_USAGE, &[]).with(SUBJECT_KEY, &[]).with(AUTHORITY_KEY, &[])),
        ),
        good("a key with every use but the CA's", answer(&leaf().with(KEY_USAGE, &key_usage(0xf8)))),
        good(
            "purposes beside the client's",
            answer(&leaf().with(EXTENDED, &uses(&[SERVER_AUTH, CLIENT_AUTH, ANY_USE]))),
        ),
        good(
            "a purpose that must be understood",
            answer(&leaf().with(EXTENDED, &extension(EXTENDED, Weight::Critical, &tlv(SEQUENCE, &oid(CLIENT_AUTH))))),
        ),
        good("an unknown extension that may be ignored", answer(&leaf().and(unknown(Weight::Plain)))),
        good("a serial number of zero", serial(&[0])),
        good("a negative serial number", serial(&[0xfb, 1])),
        good("a serial number of twenty bytes", serial(&[0x5a; 20])),
        good("a unit more in the name", named(&[house, (OU, UTF8, "本店".as_bytes()), (CN, UTF8, b"1234567 taro")])),
        good("a name in another order", named(&[(CN, UTF8, b"1234567 taro"), house])),
        good("a name in plain letters", named(&printable)),
        good("valid in four minutes", answer(&Paper { not_before: utc("260401000400Z"), ..leaf() })),
        good("in its last second", answer(&Paper { not_after: utc("260401000000Z"), ..leaf() })),
        good("a near date in four digits", answer(&Paper { not_after: generalized("20270401000000Z"), ..leaf() })),
        good("a path length of nothing", answer(&leaf().and(constraints(&tlv(INTEGER, &[0]))))),
        good("no end that anybody will see", answer(&Paper { not_after: generalized("99991231235959Z"), ..leaf() })),
        good("signed by SHA-384", answer(&leaf().hashed_by(Hash::Sha384))),
        good("signed by SHA-512", answer(&leaf().hashed_by(Hash::Sha512))),
        good(
            "an algorithm without its parameters",
            answer(&Paper { algorithm: without_null.clone(), outer_algorithm: without_null, ..leaf() }),
        ),
        good("signed by PSS", answer(&leaf().hashed_by(Hash::PssSha256))),
        good(
            "no name of its own key, the CA's with its number",
            answer(&leaf().with(SUBJECT_KEY, &[]).with(
                AUTHORITY_KEY,
                &extension(
                    AUTHORITY_KEY,
                    Weight::Plain,
                    &sequence(&[
                        &tlv(0x80, &key_id(&keys().issuer_ca)),
                        &tlv(CONTEXT[1], &tlv(0xa4, &called("Renshu Root"))),
                        &tlv(0x82, &[3]),
                    ]),
                ),
            )),
        ),
        good(
            "Netscape's type says clients",
            answer(&leaf().and(extension(NETSCAPE_TYPE, Weight::Plain, &tlv(BIT_STRING, &[7, 0x80])))),
        ),
        good("its own key's name is another's", answer(&leaf().with(SUBJECT_KEY, &subject_key(&keys().stranger)))),
    ]
}
