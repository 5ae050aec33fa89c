//! Chromium without a screen.

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::Stdio,
};

use super::{house::House, programs::skip};

/// Where Debian's Chromium reads the policies of this machine's administrator.
const POLICIES: &str = "/etc/chromium/policies/managed";

/// Only root may tell every Chromium of this machine what to do.
pub fn obeys_us(test: &str) -> bool {
    let root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    root || skip(test, "a policy for Chromium needs root")
}

/// A certificate is chosen without asking at one address. Gone when dropped.
pub struct Policy {
    file: PathBuf,
}

impl Policy {
    pub fn select_a_certificate_at(address: &str) -> Self {
        fs::create_dir_all(POLICIES).expect("a folder");
        let file = Path::new(POLICIES).join(format!("shirushi-practice-{}.json", std::process::id()));
        let pattern = serde_json::json!({ "pattern": address.trim_end_matches('/'), "filter": {} });
        let policy = serde_json::json!({ "AutoSelectCertificateForUrls": [pattern.to_string()] });
        fs::write(&file, policy.to_string()).expect("a policy");
        Self { file }
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.file);
    }
}

/// The page as Chromium has it at last; empty when it could not be loaded.
///
/// The server's certificate is practice as well: it is the client's that is looked at here.
pub fn visit(house: &House, address: &str) -> String {
    let output = house
        .program("timeout")
        .args(["--kill-after=2", "90", "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"])
        .args(["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--ignore-certificate-errors", "--dump-dom"])
        .arg(format!("--user-data-dir={}", house.home().join("browser").display()))
        .arg(address)
        .stdin(Stdio::null())
        .output()
        .expect("it starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
