//! The practice bank as a child process.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use crate::{error::Error, folder::Folder, pem};

/// An open bank. It ends when this does: it watches its parent and its standard input.
#[derive(Debug)]
pub struct Bank {
    child: Child,
    ready: Value,
    state: PathBuf,
    profile: PathBuf,
    profile_of_the_old_pages: PathBuf,
}

/// A fictional customer.
#[derive(Debug, Clone)]
pub struct Customer {
    pub contract_id: String,
    pub user_id: String,
    pub password: String,
    pub confirmation: String,
}

impl Customer {
    /// In the order in which the page asks for them.
    pub fn entries(&self) -> [(&'static str, &str); 4] {
        [
            ("contract_id", &self.contract_id),
            ("user_id", &self.user_id),
            ("password", &self.password),
            ("confirmation", &self.confirmation),
        ]
    }

    /// As `--credentials` takes them.
    pub fn toml(&self) -> String {
        self.entries().iter().map(|(id, entry)| format!("{id} = \"{entry}\"\n")).collect()
    }
}

/// The certificate that was issued last, from the bank's own books.
#[derive(Debug)]
pub struct Issued {
    pub serial: String,
    pub not_after: String,
    /// Leaf first.
    pub chain: Vec<String>,
}

impl Bank {
    pub fn open(program: &Path, folder: &Folder) -> Result<Self, Error> {
        Self::open_for(program, folder, 0)
    }

    /// With so many further customers.
    pub fn open_for(program: &Path, folder: &Folder, guests: usize) -> Result<Self, Error> {
        let (state, profile) = (folder.at("bank"), folder.at("profile.toml"));
        let profile_of_the_old_pages = folder.at("old-pages.toml");
        let mut command = Command::new(program);
        command.args(["--listen", "127.0.0.1:0", "--die-with-parent", "--renewal", "--state"]).arg(&state);
        command
            .arg("--write-profile")
            .arg(&profile)
            .arg("--write-profile-webform")
            .arg(&profile_of_the_old_pages)
            .arg("--guests")
            .arg(guests.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = folder.inhabit(&mut command).spawn().map_err(Error::start("practice-bank"))?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(Error::start("practice-bank"))?;
        }
        let ready = serde_json::from_str(&line).map_err(|_| Error::unexpected("practice-bank", line.trim()));
        let mut bank = Self { child, ready: Value::Null, state, profile, profile_of_the_old_pages };
        bank.ready = ready?;
        Ok(bank)
    }

    pub fn profile(&self) -> &Path {
        &self.profile
    }

    /// The same bank by the pages that it has for browsers.
    pub fn profile_of_the_old_pages(&self) -> &Path {
        &self.profile_of_the_old_pages
    }

    /// The same, with certificates that may be renewed from their first day on.
    pub fn early_profile(&self) -> Result<PathBuf, Error> {
        const LATE: &str = "renewal_opens = 30";
        let text = fs::read_to_string(&self.profile).map_err(Error::file(&self.profile))?;
        if !text.contains(LATE) {
            return Err(Error::unexpected("practice-bank", "a profile without the day of renewals"));
        }
        let early = self.profile.with_file_name("early.toml");
        fs::write(&early, text.replace(LATE, "renewal_opens = 365")).map_err(Error::file(&early))?;
        Ok(early)
    }

    pub fn state(&self) -> &Path {
        &self.state
    }

    /// The number of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// An address or an anchor, by its name in the bank's first line.
    pub fn says(&self, name: &str) -> &str {
        self.ready[name].as_str().unwrap_or_default()
    }

    /// Customers who may take a certificate, each once.
    pub fn customers(&self) -> Vec<Customer> {
        self.accounts("normal")
    }

    /// The 管理者, who has no 利用者ID.
    pub fn administrator(&self) -> Result<Customer, Error> {
        self.accounts("administrator").pop().ok_or_else(|| Error::unexpected("practice-bank", "no administrator"))
    }

    fn accounts(&self, case: &str) -> Vec<Customer> {
        let text = |account: &Value, field: &str| account[field].as_str().unwrap_or_default().to_owned();
        let accounts = self.ready["accounts"].as_array().map(Vec::as_slice).unwrap_or_default();
        let wanted = accounts.iter().filter(|account| account["case"] == case);
        wanted
            .map(|account| Customer {
                contract_id: text(account, "contract_id"),
                user_id: text(account, "user_id"),
                password: text(account, "password"),
                confirmation: text(account, "confirmation"),
            })
            .collect()
    }

    pub fn last_issued(&self) -> Result<Issued, Error> {
        let path = self.state.join("ledger.jsonl");
        let ledger = fs::read_to_string(&path).map_err(Error::file(&path))?;
        let entries = ledger.lines().rev().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let issued = entries.into_iter().find(|entry| entry["event"] == "issued");
        let issued = issued.ok_or_else(|| Error::unexpected("practice-bank", "no certificate was issued"))?;
        let chain: Vec<String> =
            issued["chain"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        let not_after = chain.first().and_then(|leaf| pem::not_after(leaf)).unwrap_or_default();
        Ok(Issued { serial: issued["serial"].as_str().unwrap_or_default().to_owned(), not_after, chain })
    }
}

impl Drop for Bank {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
