//! What must be found is found: every form of a secret, in every place that is searched.

use std::{fs, path::Path, process::Command};

use crate::{
    canary::{Canary, Form},
    process::{Run, may_look},
    search::Search,
};

const SECRET: &str = "Kq7&z%+~x\\p<9'";

#[test]
fn planted_in_a_file_every_form_is_found_by_its_name() {
    let (canary, folder) = (Canary::new("planted", SECRET), tempfile::tempdir().expect("a folder"));
    let search = Search::of(std::slice::from_ref(&canary));
    let kept = folder.path().join("deep").join("journal");
    fs::create_dir(folder.path().join("deep")).expect("a folder");
    fs::write(&kept, "nothing of it: Kq7&z%+~x").expect("a file");
    assert!(search.folder(folder.path()).is_empty(), "a part of it is not it");
    assert!(canary.forms().len() > 20, "{}", canary.forms().len());
    for Form { name, bytes } in canary.forms() {
        for gap in [0, 1, 4095, 4096] {
            fs::write(&kept, [vec![0; gap], bytes.clone(), vec![0; 5000]].concat()).expect("a file");
            assert!(search.folder(folder.path()).has(name, "journal"), "{name} behind {gap} zeros");
        }
    }
    fs::remove_file(&kept).expect("it was there");
    fs::write(folder.path().join(SECRET), "").expect("a file");
    assert!(search.folder(folder.path()).has("UTF-8", "the name of a file"));
}

#[test]
fn planted_in_a_process_it_is_found_in_its_arguments_environment_and_memory() {
    let test = "planted_in_a_process_it_is_found_in_its_arguments_environment_and_memory";
    if !may_look(test) {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let canaries = ["argument-77", "environment-77", "variable-77"].map(|secret| Canary::new("planted", secret));
    let mut shell = Command::new("sh");
    shell.args(["-c", "kept=vari; kept=${kept}able-77; echo ready; read line", "argument-77"]);
    let mut run = Run::start(shell.env("PLANTED", "environment-77"), folder.path());
    run.until("it waits", |run| run.said().contains("ready"));
    let finds =
        |canary: &Canary, place: &str| Search::of(std::slice::from_ref(canary)).process(run.id()).has("", place);
    let [argument, environment, variable] = &canaries;
    assert!(finds(argument, "cmdline") && finds(environment, "environ") && finds(variable, "memory"));
    assert!(!finds(argument, "environ") && !finds(environment, "cmdline") && !finds(variable, "cmdline"));
    assert!(Path::new(&format!("/proc/{}", run.id())).exists(), "it still lives");
}
