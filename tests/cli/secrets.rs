//! The numbers are in no file, on no output and in no argument.

use std::fs;

use practice_bank::{Fault, Replay};

use crate::town::{Pc, Town, numbers, start, told};

#[test]
fn the_numbers_are_found_nowhere_afterwards() {
    let Some(pc) = Pc::new("the_numbers_are_found_nowhere_afterwards") else { return };
    let town = Town::build(Replay::Same);
    let guest = town.guest();
    let secrets = [&guest.password, &guest.confirmation];
    let child = start(&mut pc.enrollment(&town.profile()), &numbers(&guest));
    let process = format!("/proc/{}", child.id());
    let shown = ["cmdline", "environ"].map(|file| fs::read(format!("{process}/{file}")).unwrap_or_default());
    let mut outputs = told(child).all;
    town.bank.fault(Fault::Garbage);
    let other = town.guest();
    outputs += &pc.enroll(&town.profile(), &other, &[]).all;
    outputs += &pc.run(&["status", "--json"], "").all;

    let mut kept: Vec<u8> = [shown[0].clone(), shown[1].clone(), outputs.into_bytes()].concat();
    let mut folders = vec![pc.path("")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() { folders.push(path) } else { kept.extend(fs::read(&path).expect("a file")) }
        }
    }
    let found = |text: &str| kept.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(found(&guest.user_id), "the search sees what is there");
    for secret in secrets.into_iter().chain([&other.password, &other.confirmation]) {
        assert!(!found(secret), "a number was kept");
    }
}
