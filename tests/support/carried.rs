//! What travels in files: a certificate that the practice bank has issued, in every dress that banks use, and a request
//! that goes over its counter.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use practice_bank::Account;
use serde_json::Value;
use shirushi::{
    domain::{Credentials, FieldId, Profile, Secret},
    protocol::{Application, EnrollmentProtocol, Est, HttpTransport, Proof, RawAnswer, Reply},
};

/// The chain that the bank has issued to this customer, from its books: leaf first, each in base64.
pub fn issued_chain(books: &Path, account: &Account) -> Vec<String> {
    let ledger = fs::read_to_string(books.join("ledger.jsonl")).expect("a ledger");
    let entries = ledger.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let ours = |entry: &Value| entry["event"] == "issued" && entry["account"] == account.id();
    let issued = entries.into_iter().find(ours).expect("a certificate");
    issued["chain"].as_array().expect("a chain").iter().map(|der| der.as_str().expect("text").to_owned()).collect()
}

pub fn pem(chain: &[String]) -> Vec<u8> {
    let block = |der: &String| format!("-----BEGIN CERTIFICATE-----\n{der}\n-----END CERTIFICATE-----\n");
    chain.iter().map(block).collect::<String>().into_bytes()
}

/// As a mail program of Windows leaves it.
pub fn pem_from_windows(chain: &[String]) -> Vec<u8> {
    String::from_utf8_lossy(&pem(chain)).replace('\n', "\r\n").into_bytes()
}

pub fn der(chain: &[String]) -> Vec<u8> {
    BASE64_STANDARD.decode(&chain[0]).expect("base64")
}

/// Certs-only PKCS#7 (RFC 5652 §5), put together by hand.
pub fn p7b(chain: &[String]) -> Vec<u8> {
    let certificates: Vec<u8> = chain.iter().flat_map(|der| BASE64_STANDARD.decode(der).expect("base64")).collect();
    let signed_data = [0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    let data = [0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
    let fields = [vec![2, 1, 1, 0x31, 0], tlv(0x30, &data), tlv(0xa0, &certificates), vec![0x31, 0]].concat();
    tlv(0x30, &[signed_data.to_vec(), tlv(0xa0, &tlv(0x30, &fields))].concat())
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let head = match length {
        0..128 => vec![tag, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    [head, content.to_vec()].concat()
}

/// The practice bank as if it had no door on the network: no secret is asked for, because none is of any use.
pub fn by_hand(text: &str) -> String {
    let mut profile: toml::Table = text.parse().expect("TOML");
    let ca = profile["ca"].as_table_mut().expect("a table");
    ca.insert("protocol".to_owned(), "byhand".into());
    ca.insert("replay".to_owned(), "unknown".into());
    ca.insert("csrattrs".to_owned(), false.into());
    for role in profile["role"].as_array_mut().expect("roles") {
        let role = role.as_table_mut().expect("a table");
        role.remove("basic");
        role["field"].as_array_mut().expect("fields").retain(|field| field["kind"].as_str() == Some("id"));
    }
    profile.to_string()
}

/// Over the counter, and back with the answer.
pub fn over_the_counter(profile: &Profile, request: &str, guest: &Account) -> RawAnswer {
    let inside: String = request.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = BASE64_STANDARD.decode(inside).expect("base64");
    let entries = [
        ("contract_id", &guest.contract_id),
        ("user_id", &guest.user_id),
        ("password", &guest.password),
        ("confirmation", &guest.confirmation),
    ];
    let role = &profile.roles[0];
    let entries: BTreeMap<FieldId, Secret> =
        entries.into_iter().map(|(field, value)| (FieldId(field.to_owned()), Secret::new(value))).collect();
    let credentials = Credentials::new(role, entries).expect("the bank's own customer");
    let est = Est::new(&profile.ca, Arc::new(HttpTransport::new(&profile.anchors.tls).expect("anchors")));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let reply = runtime.block_on(async {
        let pin = est.introduce().await.expect("the bank is there").peer.key;
        let proof = Proof::Numbers { role, credentials: &credentials };
        est.submit(Application { request: &der, proof, pin, keeper: &() }, Box::new(|| Ok(()))).await
    });
    match reply {
        Ok(Reply::Answer(answer)) => answer,
        other => panic!("{other:?}"),
    }
}
