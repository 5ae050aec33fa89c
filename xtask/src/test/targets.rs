//! Which test programs there are.

use crate::{build, error::Error};

pub fn names() -> Result<Vec<String>, Error> {
    let metadata = build::metadata()?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let targets = packages.flat_map(|package| package["targets"].as_array().into_iter().flatten());
    let tests = targets.filter(|target| target["kind"][0] == "test").filter_map(|target| target["name"].as_str());
    let mut names: Vec<String> = tests.map(str::to_owned).collect();
    names.sort_unstable();
    names.dedup();
    Ok(names)
}
