//! What is carried by hand, on a terminal: the name of a file is asked for at the prompt.

use std::{fs, process::Command};

use practice_bank::{Account, Fault, Replay};
use shirushi::domain::Profile;

use crate::{
    Played,
    carried::{by_hand, over_the_counter, pem},
    town::{Pc, Town, start},
    wizard,
};

fn play(mut wizard: Command, answers: &[&str]) -> Played {
    let lines: String = answers.iter().map(|answer| format!("{answer}\n")).collect();
    Played::of(start(&mut wizard, &lines))
}

#[test]
fn a_lost_answer_comes_as_a_file_and_a_wrong_name_is_asked_for_again() {
    let Some(pc) = Pc::new("a_lost_answer_comes_as_a_file_and_a_wrong_name_is_asked_for_again") else { return };
    let town = Town::build(Replay::Refuse);
    let guest = town.guest();
    town.bank.fault(Fault::DropBeforeAnswer);
    let Account { contract_id, user_id, password, confirmation, .. } = &guest;
    play(wizard(&pc, &town, &[]), &["", contract_id, user_id, password, confirmation, "", "y", "", "q"]);
    assert_eq!(pc.stages(), ["unknown"]);
    let file = pc.write("answer.pem", pem(&town.issued_chain(&guest))).display().to_string();
    // 1 is the request for 再発行, to be copied.
    let played = play(wizard(&pc, &town, &[]), &["2", "/no/such/file", "2", &file, "y", ""]);
    played.said(&[
        "Go on from where you stopped",
        "2      Import a certificate file",
        "Name of the file [",
        "There is no such file.",
        "Name of the file [",
        "Install this certificate?",
        &file,
        "Step 7 of 7",
    ]);
    assert_eq!((played.exit, pc.stages()), (Some(0), vec!["done".to_owned()]), "{}", played.text);
    assert_eq!((town.posts(&guest), town.issued(&guest)), (1, 1));
}

#[test]
fn a_request_is_saved_at_the_prompt_and_its_certificate_comes_another_day() {
    let Some(pc) = Pc::new("a_request_is_saved_at_the_prompt_and_its_certificate_comes_another_day") else { return };
    let town = Town::build(Replay::Same);
    let text = by_hand(&fs::read_to_string(town.profile()).expect("a profile"));
    let profile = pc.write("by-hand.toml", text);
    let guest = town.guest();
    let request = pc.path("request.csr").display().to_string();
    let wizard = || {
        let mut command = pc.program();
        command.args(["--text", "--store", &pc.store(), "--profile"]).arg(&profile);
        command
    };
    let played = play(wizard(), &["", &guest.contract_id, &guest.user_id, "", "", "", &request, "q"]);
    played.said(&[
        "Please enter your IDs",
        "Nothing is sent",
        "Enter  Next",
        "Enter  Make the request",
        "Enter  Save the request",
        "The request has been saved.",
        "Enter  Import the file",
    ]);
    assert_eq!((played.exit, pc.stages()), (Some(0), vec!["pending".to_owned()]), "{}", played.text);
    let profile = Profile::from_toml(&town.bank.profile_toml()).expect("a profile");
    let answer = over_the_counter(&profile, &fs::read_to_string(&request).expect("a request"), &guest);
    let answer = pc.write("answer.p7b", answer.body).display().to_string();
    let played = play(wizard(), &["", &answer, "y", ""]);
    played.said(&["Waiting for your certificate file", "Name of the file [", &answer, "Step 7 of 7"]);
    assert_eq!((played.exit, pc.stages()), (Some(0), vec!["done".to_owned()]), "{}", played.text);
}
