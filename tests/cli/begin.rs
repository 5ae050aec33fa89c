//! Runs that cannot begin: nothing is sent and nothing is made, and the last line says so.

use std::{fs, io, os::unix::fs::PermissionsExt as _, process::Stdio};

use crate::town::{Pc, numbers, start, told, town};

#[test]
fn a_command_that_is_not_understood_is_told_on_the_last_line() {
    let Some(pc) = Pc::new("a_command_that_is_not_understood_is_told_on_the_last_line") else { return };
    for arguments in [
        &["enroll", "--json", "--level", "middle"][..],
        &["enroll", "--json", "--yes", "--answer", "x.pem"],
        &["enroll", "--json", "--wish", "x"],
        &["resume", "--json", "--yes", "--store", "nss:/x"],
        &["resume", "--json", "--yes", "--role", "user"],
        &["status", "--json", "--yes"],
        &["status", "--json", "extra"],
    ] {
        let told = pc.run(arguments, "");
        assert_eq!((told.exit, &told.last["code"]), (Some(2), &"U01".into()), "{arguments:?}: {}", told.all);
        assert_eq!(told.last["result"], "failed", "{arguments:?}");
    }
    for arguments in [&["enrol"][..], &["--answer", "x"], &["--level", "low"], &["--yes"]] {
        assert_eq!(pc.run(arguments, "").exit, Some(2), "{arguments:?}");
    }
    assert!(!pc.state().exists(), "nothing was made");
}

#[test]
fn whoever_hears_no_complaint_learns_the_exit_all_the_same() {
    let Some(pc) = Pc::new("whoever_hears_no_complaint_learns_the_exit_all_the_same") else { return };
    let nowhere = pc.path("no-such.toml").display().to_string();
    for arguments in [&["enroll", "--json", "--level", "middle"][..], &["enrol"], &["profile", "check", &nowhere]] {
        let (reader, writer) = io::pipe().expect("a pipe");
        drop(reader); // the terminal has gone
        let ended = pc.program().args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(writer).status();
        assert_eq!(ended.expect("it runs").code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn nobody_to_ask_is_a_mistake_of_the_command() {
    let Some(pc) = Pc::new("nobody_to_ask_is_a_mistake_of_the_command") else { return };
    let guest = town().guest();
    let mut command = pc.program();
    command.args(["enroll", "--json", "--credentials", "-", "--store", &pc.store(), "--profile"]).arg(town().profile());
    told(start(&mut command, &numbers(&guest))).failed(2, "U01", "no");
    assert_eq!(town().posts(&guest), 0);
    pc.run(&["resume", "--json"], "").failed(2, "U01", "unknown");
}

#[test]
fn numbers_that_cannot_be_used_are_never_sent() {
    let Some(pc) = Pc::new("numbers_that_cannot_be_used_are_never_sent") else { return };
    let guest = town().guest();
    let good = numbers(&guest);
    for bad in [
        "",
        "contract_id = 1",
        "not TOML",
        "contract_id = \"1\"",
        &format!("{good}more = \"x\"\n"),
        &good.replace(&guest.user_id, "a:b"),
        &good.replace(&guest.user_id, "全角"),
    ] {
        let told = told(start(&mut pc.enrollment(&town().profile()), bad));
        told.failed(2, "U01", "no");
        assert!(!told.all.contains(&guest.password) && !told.all.contains(&guest.confirmation), "{}", told.all);
    }
    assert_eq!(town().posts(&guest), 0);
}

#[test]
fn a_credentials_file_that_others_may_read_is_refused() {
    let Some(pc) = Pc::new("a_credentials_file_that_others_may_read_is_refused") else { return };
    let guest = town().guest();
    let file = pc.write_private("numbers.toml", &numbers(&guest));
    let enroll = || {
        let (file, profile) = (file.display().to_string(), town().profile().display().to_string());
        pc.run(
            &["enroll", "--yes", "--json", "--store", &pc.store(), "--profile", &profile, "--credentials", &file],
            "",
        )
    };
    pc.set_mode("numbers.toml", 0o640);
    enroll().failed(2, "U01", "no");
    pc.set_mode("numbers.toml", 0o600);
    enroll().installed();
    fs::remove_file(&file).expect("removed");
    enroll().failed(2, "U01", "no");
}

#[test]
fn a_profile_that_cannot_be_used_is_told_with_its_line() {
    let Some(pc) = Pc::new("a_profile_that_cannot_be_used_is_told_with_its_line") else { return };
    let guest = town().guest();
    pc.enroll(&pc.path("nowhere.toml"), &guest, &[]).failed(2, "U01", "no");
    for (name, from, to, says) in [
        ("field.toml", "max_polls = 20", "max_polls = 20\nsurprise = 1", "line 27"),
        ("anchors.toml", "issuer = [", "issuer = []\n[more]\nx = [", "line"),
        ("colon.toml", "{contract_id}/{user_id}\"\npassword", "{contract_id}:{user_id}\"\npassword", "basic.user"),
        ("empty.toml", "user = \"{contract_id}/{user_id}\"", "user = \"\"", "basic.user"),
        ("name.toml", "[role.request]\nCN", "[role.request]\nNOTHING", "NOTHING"),
        ("days.toml", "renewal_opens = 30", "renewal_opens = 2000000000", "windows"),
    ] {
        let told = pc.enroll(&town().profile_with(name, from, to), &guest, &[]);
        told.failed(2, "U01", "no");
        assert!(told.last["detail"].as_str().is_some_and(|detail| detail.contains(says)), "{name}: {}", told.all);
    }
    assert_eq!(town().posts(&guest), 0);
}

#[test]
fn without_an_installed_profile_it_says_so() {
    if std::path::Path::new("/etc/shirushi/profiles").exists() {
        return; // this PC has one
    }
    let Some(pc) = Pc::new("without_an_installed_profile_it_says_so") else { return };
    pc.run(&["enroll", "--yes", "--json", "--store", &pc.store()], "").failed(5, "M04", "no");
}

#[test]
fn a_role_store_or_level_that_does_not_exist_is_a_mistake_of_the_command() {
    let Some(pc) = Pc::new("a_role_store_or_level_that_does_not_exist_is_a_mistake_of_the_command") else { return };
    let guest = town().guest();
    for more in [&["--role", "nobody"][..], &["--store", "memory"], &["--store", "nss:"], &["--level", "low"]] {
        pc.enroll(&town().profile(), &guest, more).failed(2, "U01", "no");
    }
    assert_eq!(town().posts(&guest), 0, "a level below the bank's is not sent either");
}

#[test]
fn records_that_cannot_be_written_stop_it_before_anything_is_sent() {
    let Some(pc) = Pc::new("records_that_cannot_be_written_stop_it_before_anything_is_sent") else { return };
    let guest = town().guest();
    // A file where the folder should be: not even root can write there.
    fs::create_dir_all(pc.state()).expect("a folder");
    let in_the_way = pc.write("state/enrollments", "");
    pc.enroll(&town().profile(), &guest, &[]).failed(5, "M02", "unknown");
    pc.resume(&[], "").failed(5, "M02", "unknown");
    pc.run(&["status", "--json"], "").failed(5, "M02", "unknown");
    fs::remove_file(in_the_way).expect("removed");

    // The profile could not be kept: a later start could not go on.
    pc.write("state/profiles", "");
    pc.enroll(&town().profile(), &guest, &[]).failed(5, "M02", "no");
    assert_eq!(town().posts(&guest), 0);
}

#[test]
fn a_second_start_is_told_that_the_first_is_at_work() {
    let Some(pc) = Pc::new("a_second_start_is_told_that_the_first_is_at_work") else { return };
    let guest = town().guest();
    let _first = shirushi::journal::Folder::open(&pc.state().join("enrollments")).expect("the first start");
    pc.enroll(&town().profile(), &guest, &[]).failed(5, "M03", "unknown");
    pc.resume(&[], "").failed(5, "M03", "unknown");
    pc.run(&["status", "--json"], "").ends(0, &[]);
    assert_eq!(town().posts(&guest), 0);
}

#[test]
fn a_database_that_cannot_be_made_is_this_machine() {
    let Some(pc) = Pc::new("a_database_that_cannot_be_made_is_this_machine") else { return };
    let guest = town().guest();
    pc.write("nssdb", "a file where the folder should be");
    let told = pc.enroll(&town().profile(), &guest, &[]);
    told.failed(5, "E17", "no");
    assert_eq!(town().posts(&guest), 0);
}

#[test]
fn everything_it_keeps_is_private() {
    let Some(pc) = Pc::new("everything_it_keeps_is_private") else { return };
    pc.enroll(&town().profile(), &town().guest(), &[]).installed();
    let mut folders = vec![pc.state()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            let mode = fs::metadata(&path).expect("metadata").permissions().mode();
            assert_eq!(mode & 0o077, 0, "{}: {mode:o}", path.display());
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
}
