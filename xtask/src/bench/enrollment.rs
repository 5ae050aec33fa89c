//! From the numbers to the installed certificate: the wizard's command line beside a script of openssl and curl at the
//! same bank. The wizard also installs and logs in; the script only makes the key and gets the certificate.

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use super::{Bench, ROUNDS, figure::Figure};
use crate::{
    bank::Customer,
    error::{Error, succeeded},
};

const SCRIPT: &str = r#"set -e
cd "$1"
openssl genrsa -out key.pem 2048 2>/dev/null
openssl req -new -key key.pem -subj "/CN=$2" -outform DER | openssl base64 >request.b64
curl --silent --fail --noproxy '*' --cacert root.pem --config - --data-binary @request.b64 \
     --header 'Content-Type: application/pkcs10' --header 'Content-Transfer-Encoding: base64' \
     --output answer.b64 "$3/simpleenroll"
openssl base64 -d -in answer.b64 | openssl pkcs7 -inform DER -print_certs -out chain.pem"#;

pub fn measure(bench: &Bench) -> Result<Vec<Figure>, Error> {
    let mut ours = Figure::new("wizard enroll: key, request, install, login");
    let mut theirs = Figure::new("openssl + curl: key, request, answer");
    let place = bench.folder.at("script");
    fs::create_dir_all(&place).map_err(Error::file(&place))?;
    let root = place.join("root.pem");
    fs::write(&root, bench.bank.says("tls_root_pem")).map_err(Error::file(&root))?;
    let customers = bench.bank.customers();
    for (round, pair) in customers.chunks_exact(2).take(ROUNDS + 1).enumerate() {
        let [first, second] = pair else { continue };
        let (wizard, script) = (wizard(bench, first)?, script(bench, second)?);
        if round > 0 {
            ours.time(wizard);
            theirs.time(script);
        }
    }
    Ok(vec![ours, theirs])
}

fn wizard(bench: &Bench, customer: &Customer) -> Result<Duration, Error> {
    let mut command = Command::new(&bench.programs.wizard);
    let store = format!("nss:{}", bench.folder.database().display());
    command.args(["enroll", "--json", "--yes", "--credentials", "-", "--store", &store, "--profile"]);
    command.arg(bench.bank.profile());
    bench.folder.inhabit(&mut command);
    timed("shirushi enroll", command, &customer.toml())
}

fn script(bench: &Bench, customer: &Customer) -> Result<Duration, Error> {
    let mut command = Command::new("sh");
    command.args(["-c", SCRIPT, "sh"]).arg(bench.folder.at("script"));
    command.args([&customer.user_id, bench.bank.says("ca")]);
    // As the bank's profile fills HTTP Basic.
    let user = format!("{}/{}", customer.contract_id, customer.user_id);
    let password = format!("{}/{}", customer.password, customer.confirmation);
    timed("openssl and curl", command, &format!("user = \"{user}:{password}\"\n"))
}

fn timed(name: &str, mut command: Command, input: &str) -> Result<Duration, Error> {
    let start = Instant::now();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().map_err(Error::start(name))?;
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(input.as_bytes()).map_err(Error::start(name))?;
    }
    succeeded(name, child.wait().map_err(Error::start(name))?)?;
    Ok(start.elapsed())
}
