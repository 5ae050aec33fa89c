//! Firefox without a screen, told where to go by Marionette, its own remote control.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use serde_json::{Value, json};

use super::{house::House, programs::said, running::Running};

/// Shows a certificate without asking which; the rest is what a person would have clicked away.
const PREFERENCES: &str = r#"user_pref("security.default_personal_cert", "Select Automatically");
user_pref("marionette.port", 0);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("app.normandy.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("toolkit.startup.max_resumed_crashes", -1);
"#;

/// Where Firefox writes the port it was given.
const PORT: &str = "MarionetteActivePort";

const PATIENCE: Duration = Duration::from_secs(60);

/// Makes this profile one that believes the portal's root, as Firefox believes what certutil wrote.
pub fn prepare(house: &House, profile: &Path) {
    fs::write(profile.join("user.js"), PREFERENCES).expect("preferences");
    let root = house.write("portal-root.pem", &house.bank().ready().tls_root_pem);
    let database = format!("sql:{}", profile.display());
    said("certutil", &["-A", "-t", "C,,", "-n", "portal", "-i", &root, "-d", &database]);
}

/// The page, or what Firefox says in its place.
pub fn visit(house: &House, profile: &Path, address: &str) -> Result<String, String> {
    let _ = fs::remove_file(profile.join(PORT));
    let mut program = house.program("firefox-esr");
    program.args(["--headless", "--no-remote", "--marionette", "--profile"]).arg(profile);
    let mut running = Running::start(&program, &house.home().join("firefox.log"));
    let port = running.until(|_| fs::read_to_string(profile.join(PORT)).ok()?.trim().parse().ok());
    let mut marionette = Marionette::reach(port.unwrap_or_else(|| panic!("Firefox ended: {}", running.log())));
    marionette.order("WebDriver:NewSession", &json!({})).expect("a session");
    marionette.order("WebDriver:Navigate", &json!({ "url": address }))?;
    let page = marionette.order("WebDriver:GetPageSource", &json!({}))?;
    // Asked to leave, so that nothing of it stays behind; the rest is done by force.
    let _ = marionette.order("Marionette:Quit", &json!({ "flags": ["eForceQuit"] }));
    Ok(page["value"].as_str().unwrap_or_default().to_owned())
}

/// Messages are `LENGTH:[kind, number, …]`.
struct Marionette(TcpStream);

impl Marionette {
    fn reach(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("Marionette");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        let mut marionette = Self(stream);
        // It speaks first.
        marionette.hear();
        marionette
    }

    fn order(&mut self, name: &str, parameters: &Value) -> Result<Value, String> {
        let message = json!([0, 1, name, parameters]).to_string();
        self.0.write_all(format!("{}:{message}", message.len()).as_bytes()).expect("it listens");
        let answer = self.hear();
        if answer[2].is_null() { Ok(answer[3].clone()) } else { Err(answer[2]["message"].to_string()) }
    }

    fn hear(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut one = [0];
            self.0.read_exact(&mut one).expect("an answer");
            match char::from(one[0]).to_digit(10) {
                Some(digit) => length = length * 10 + digit as usize,
                None => break,
            }
        }
        let mut message = vec![0; length];
        self.0.read_exact(&mut message).expect("an answer");
        serde_json::from_slice(&message).expect("JSON")
    }
}
