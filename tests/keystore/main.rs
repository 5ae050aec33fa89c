//! One contract for every kind of key store, faults that it must see, and what only one of them can show.

mod certificates;
mod contract;
mod faults;
mod memory;
mod nss;
mod pkcs11;
mod pkcs12;
mod process;
#[path = "../support/softhsm.rs"]
mod softhsm;
mod table;
mod tls;

use contract::Bench;

/// One test for each clause of the contract and each kind of store.
macro_rules! contract {
    ($($clause:ident)*) => {
        /// The clauses by name, for the planted faults.
        const CLAUSES: &[(&str, fn(&dyn Bench))] = &[$((stringify!($clause), contract::$clause)),*];

        mod in_memory {
            $(#[test] fn $clause() { crate::contract::$clause(&crate::memory::MemoryBench::default()); })*
        }

        mod in_nss {
            $(#[test] fn $clause() { crate::nss::with_bench(stringify!($clause), |bench| crate::contract::$clause(bench)); })*
        }

        mod in_nss_with_a_password {
            $(#[test] fn $clause() {
                crate::nss::with_closed_bench(stringify!($clause), |bench| crate::contract::$clause(bench));
            })*
        }

        mod in_pkcs12 {
            use shirushi::keystore::Encryption;
            $(#[test] fn $clause() { crate::pkcs12::Pkcs12Bench::run(Encryption::Modern, |bench| crate::contract::$clause(bench)); })*
        }

        mod in_pkcs12_for_old_systems {
            use shirushi::keystore::Encryption;
            $(#[test] fn $clause() { crate::pkcs12::Pkcs12Bench::run(Encryption::OldSystems, |bench| crate::contract::$clause(bench)); })*
        }

        mod in_pkcs11 {
            $(#[test] fn $clause() {
                let name = concat!(module_path!(), "::", stringify!($clause));
                crate::pkcs11::with_bench(name, |bench| crate::contract::$clause(bench));
            })*
        }
    };
}

contract! {
    a_made_key_signs_with_every_scheme_it_declares
    a_made_key_signs_in_a_later_process
    a_key_outlives_a_kill_right_after_it_was_made
    a_wrong_password_opens_nothing
    a_label_is_given_once
    two_labels_have_two_keys
    a_certificate_is_installed_beside_its_key_and_twice_is_once
    the_certificate_of_another_key_is_refused
    a_renewed_certificate_stands_beside_the_old_one
    the_key_of_a_listed_certificate_signs
    destroying_removes_the_key_and_its_certificates_and_twice_succeeds
    destroying_one_key_leaves_the_other
    what_is_missing_is_said_to_be_missing
    only_certificates_with_a_key_are_listed
}
