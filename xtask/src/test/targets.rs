//! Which test programs there are.

use std::process::Stdio;

use serde_json::Value;

use crate::{
    build,
    error::{Error, succeeded},
};

pub fn names() -> Result<Vec<String>, Error> {
    let arguments = ["metadata", "--no-deps", "--format-version", "1"];
    let mut cargo = build::cargo();
    let output = cargo.args(arguments).stdin(Stdio::null()).output().map_err(Error::start("cargo"))?;
    succeeded("cargo metadata", output.status)?;
    let metadata: Value =
        serde_json::from_slice(&output.stdout).map_err(|error| Error::unexpected("cargo metadata", error))?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let targets = packages.flat_map(|package| package["targets"].as_array().into_iter().flatten());
    let tests = targets.filter(|target| target["kind"][0] == "test").filter_map(|target| target["name"].as_str());
    let mut names: Vec<String> = tests.map(str::to_owned).collect();
    names.sort_unstable();
    names.dedup();
    Ok(names)
}
