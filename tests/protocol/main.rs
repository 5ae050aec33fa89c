//! What is said to the CA and what is believed of its answer, against certificates and a server made here.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

mod blank;
mod csr;
mod csr_attributes;
mod document;
mod est;
mod make;
mod pkcs7;
mod proxy;
#[path = "../support/proxy.rs"]
mod relay;
mod server;
mod templates;
mod transport;
mod validate;
mod webform;
