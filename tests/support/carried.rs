//! A certificate as it travels in a file: what the practice bank has issued, in every dress that banks use.

use std::{fs, path::Path};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use practice_bank::Account;
use serde_json::Value;

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
