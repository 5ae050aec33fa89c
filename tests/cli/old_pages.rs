//! The old authority's pages as a script meets them: the same words, the same exit codes.

use practice_bank::{Case, Fault, Replay};

use crate::town::{Pc, Town, numbers, town};

#[test]
fn a_certificate_of_the_old_pages_is_installed_and_logs_in() {
    let Some(pc) = Pc::new("a_certificate_of_the_old_pages_is_installed_and_logs_in") else { return };
    let guest = town().guest();
    let told = pc.enroll(&town().profile_of_the_old_pages(), &guest, &[]);
    told.installed();
    told.ends(0, &[("login", "proven"), ("level", "medium")]);
    assert_eq!((town().issued(&guest), town().posts(&guest)), (1, 1));
    assert_eq!(pc.stages(), ["done"]);
    for number in [&guest.password, &guest.confirmation] {
        assert!(!told.all.contains(number.as_str()), "a number was printed");
    }
}

#[test]
fn an_administrator_is_served_by_the_page_of_the_users() {
    let Some(pc) = Pc::new("an_administrator_is_served_by_the_page_of_the_users") else { return };
    let administrator = town().customer(Case::Administrator);
    let (contract_id, password, confirmation) =
        (&administrator.contract_id, &administrator.password, &administrator.confirmation);
    let numbers =
        format!("contract_id = \"{contract_id}\"\npassword = \"{password}\"\nconfirmation = \"{confirmation}\"\n");
    let file = pc.write_private("numbers.toml", &numbers);
    let (profile, store) = (town().profile_of_the_old_pages(), pc.store());
    let [file, profile] = [&file, &profile].map(|path| path.to_str().expect("text"));
    let command = [
        "enroll",
        "--yes",
        "--json",
        "--role",
        "admin",
        "--credentials",
        file,
        "--store",
        &store,
        "--profile",
        profile,
    ];
    pc.run(&command, "").installed();
    assert_eq!(town().issued(&administrator), 1);
}

#[test]
fn what_the_old_pages_say_has_the_same_codes() {
    let Some(pc) = Pc::new("what_the_old_pages_say_has_the_same_codes") else { return };
    let profile = town().profile_of_the_old_pages();
    for (case, code) in [
        (Case::Taken, "E03"),
        (Case::PickupExpired, "E04"),
        (Case::AfterExpiryPassed, "E05"),
        (Case::MustRevokeFirst, "E19"),
        (Case::Maintenance, "E13"),
        (Case::Locked, "E02"),
    ] {
        pc.enroll(&profile, &town().customer(case), &[]).failed(3, code, "no");
    }
    let mut guest = town().guest();
    guest.password = "wrong-one".into();
    let told = pc.enroll(&profile, &guest, &[]);
    told.failed(3, "E01", "no");
    assert_eq!(told.last["tries_left"], 6);
}

#[test]
fn a_cut_on_the_way_is_asked_for_again_where_the_bank_gives_the_same() {
    let Some(pc) = Pc::new("a_cut_on_the_way_is_asked_for_again_where_the_bank_gives_the_same") else { return };
    let town = Town::build(Replay::Same);
    let guest = town.guest();
    town.bank.fault(Fault::DropBeforeAnswer);
    pc.enroll(&town.profile_of_the_old_pages(), &guest, &[]).failed(4, "E14", "unknown");
    assert_eq!(pc.stages(), ["unknown"]);
    pc.resume(&["--credentials", "-"], &numbers(&guest)).installed();
    assert_eq!((town.issued(&guest), town.posts(&guest)), (1, 2));
}
