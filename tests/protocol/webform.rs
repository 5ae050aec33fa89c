//! The web form against a TLS server that plays the pages of an old CA, in its old character set.

mod bench;
mod flow;
mod pages;
mod pickup;
mod rules;
mod survey;
mod words;
