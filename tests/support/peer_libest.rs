//! Cisco's libest, both sides of it, unpacked below `target/` by `cargo xtask test`.

use std::{
    env::consts::ARCH,
    fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use super::{
    house::{self, House, Told},
    programs::{output_of, said, skip},
    running::Running,
};

/// The programs with the loader and the libraries of their own release.
#[derive(Clone)]
pub struct Libest {
    folder: PathBuf,
}

impl Libest {
    pub fn find(test: &str) -> Option<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("peers").join("libest");
        let here = folder.join("usr/bin/estserver").is_file();
        (here || skip(test, "libest is not in target/peers, where cargo xtask test unpacks it"))
            .then_some(Self { folder })
    }

    fn program(&self, home: &Path, program: &str) -> Command {
        let usr = self.folder.join("usr");
        let mut loaders =
            ["lib64", "lib"].iter().flat_map(|folder| fs::read_dir(usr.join(folder)).into_iter().flatten());
        let is_loader =
            |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("ld-linux"));
        let loader = loaders.find_map(|entry| Some(entry.ok()?.path()).filter(is_loader)).expect("a loader");
        let mut command = house::program_at(home, &loader.display().to_string());
        command.arg("--library-path").arg(usr.join(format!("lib/{ARCH}-linux-gnu"))).arg(usr.join("bin").join(program));
        command.env("OPENSSL_CONF", "/dev/null");
        command
    }
}

/// What libest's server and OpenSSL's own, as the portal, make of an authority that OpenSSL made.
pub struct Authority {
    folder: TempDir,
    libest: Libest,
    est: Running,
    _portal: Running,
    ports: Ports,
}

#[derive(Clone, Copy)]
struct Ports {
    est: u16,
    login: u16,
}

/// The only customer that estserver knows.
pub const NUMBERS: &str = "user = \"estuser\"\npassword = \"estpwd\"\n";

/// What a server's `csrattrs` say, and whether the wizard asks for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attributes {
    /// Nobody asks.
    Unasked,
    /// The server's own example.
    BuiltIn,
    /// Base64 that the server is given to say.
    These(&'static str),
}

impl Authority {
    pub fn open(libest: &Libest, manners: &[&str]) -> Self {
        Self::open_with(libest, manners, Attributes::Unasked)
    }

    pub fn open_with(libest: &Libest, manners: &[&str], attributes: Attributes) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        make_authority(folder.path());
        Self::serve(libest, folder, manners, attributes)
    }

    /// Everything of another one in its own place, without its manners: keys need not be made again.
    pub fn like(other: &Self) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let [from, to] = [&other.folder, &folder].map(|folder| folder.path().display().to_string());
        said("cp", &["-a", &format!("{from}/."), &to]);
        let configuration = fs::read_to_string(folder.path().join("ca.cnf")).expect("a file");
        fs::write(folder.path().join("ca.cnf"), configuration.replace(&from, &to)).expect("a file");
        Self::serve(&other.libest, folder, &[], Attributes::Unasked)
    }

    fn serve(libest: &Libest, folder: TempDir, manners: &[&str], attributes: Attributes) -> Self {
        let (portal, login) = open_portal(folder.path());
        let (est, port) = open_est(libest, folder.path(), manners, attributes);
        let (libest, ports) = (libest.clone(), Ports { est: port, login });
        let authority = Self { folder, libest, est, _portal: portal, ports };
        authority.write_profile(attributes);
        authority
    }

    /// How many certificates stand in its books.
    pub fn issued(&self) -> usize {
        fs::read_to_string(self.path("index.txt")).expect("a file").lines().count()
    }

    /// Where a certificate is shown, and the root of whoever answers there.
    pub fn login(&self) -> (String, String) {
        (format!("https://localhost:{}/", self.ports.login), self.path("tls.pem"))
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn write_profile(&self, attributes: Attributes) {
        let read = |name: &str| fs::read_to_string(self.path(name)).expect("a file");
        let profile = include_str!("peer_profile.toml")
            .replace("{login}", &self.ports.login.to_string())
            .replace("{est}", &self.ports.est.to_string())
            .replace("{csrattrs}", &(attributes != Attributes::Unasked).to_string())
            .replace("{tls_root}", &read("tls.pem"))
            .replace("{issuer_root}", &read("issuer.pem"));
        fs::write(self.path("profile.toml"), profile).expect("a file");
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub fn database(&self) -> PathBuf {
        self.home().join(".local/share/pki/nssdb")
    }

    pub fn enroll(&self, numbers: &str) -> Told {
        self.wizard("enroll", numbers)
    }

    /// With the certificate of the database, and with no number.
    pub fn renew(&self) -> Told {
        self.wizard("renew", "")
    }

    fn wizard(&self, verb: &str, numbers: &str) -> Told {
        house::tell(&mut self.command(verb), numbers)
    }

    /// A verb of the wizard that puts a certificate into the database, not yet started.
    pub fn command(&self, verb: &str) -> Command {
        let mut wizard = house::program_at(&self.home(), env!("CARGO_BIN_EXE_shirushi"));
        wizard.args([verb, "--yes", "--json", "--credentials", "-", "--profile", &self.path("profile.toml")]);
        wizard.args(["--store", &format!("nss:{}", self.database().display())]);
        wizard
    }

    /// The next start, at another time.
    pub fn resume(&self, later: &str) -> Told {
        let mut wizard = house::program_at(&self.home(), "faketime");
        wizard.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").args(["-f", later, env!("CARGO_BIN_EXE_shirushi")]);
        house::tell(wizard.args(["resume", "--yes", "--json", "--credentials", "-"]), NUMBERS)
    }

    /// How often estserver was asked to enroll.
    pub fn posts(&self) -> usize {
        self.asked("POST", "simpleenroll")
    }

    pub fn asked(&self, method: &str, operation: &str) -> usize {
        self.est.log().matches(&format!("\"{method} /.well-known/est/{operation}")).count()
    }

    /// The serial number of what estserver answers curl's post of this request.
    pub fn post_with_curl(&self, request: &Path) -> String {
        let base64 = self.path("request.b64");
        said("openssl", &["base64", "-in", &request.display().to_string(), "-out", &base64]);
        let address = format!("https://localhost:{}/.well-known/est/simpleenroll", self.ports.est);
        let (data, answer, roots) = (format!("@{base64}"), self.path("answer.b64"), self.path("tls.pem"));
        let header = "Content-Type: application/pkcs10";
        let carried = ["-sSf", "--cacert", &roots, "-u", "estuser:estpwd", "-H", header, "--data-binary", &data, "-o"];
        said("curl", &[&carried[..], &[&answer, &address]].concat());
        let (der, pem) = (self.path("answer.der"), self.path("answer.pem"));
        said("openssl", &["base64", "-d", "-in", &answer, "-out", &der]);
        said("openssl", &["pkcs7", "-inform", "DER", "-in", &der, "-print_certs", "-out", &pem]);
        said("openssl", &["x509", "-in", &pem, "-noout", "-serial"])
    }

    pub fn new_request(&self) -> PathBuf {
        let (key, request) = (self.path("curl.key"), self.folder.path().join("request.der"));
        let made = ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=curl", "-outform", "DER"];
        said("openssl", &[&made[..], &["-keyout", &key, "-out", &request.display().to_string()]].concat());
        request
    }
}

/// Two roots, a server's certificate, and the books that estserver keeps.
fn make_authority(folder: &Path) {
    let path = |name: &str| folder.join(name).display().to_string();
    for place in ["issued", "home"] {
        fs::create_dir(folder.join(place)).expect("a folder");
    }
    let configuration = include_str!("peer_ca.cnf").replace("@folder@", &folder.display().to_string());
    let extensions = "subjectAltName = DNS:localhost\nextendedKeyUsage = serverAuth\nbasicConstraints = CA:FALSE\n";
    for (name, content) in
        [("index.txt", ""), ("serial", "1001\n"), ("ca.cnf", &configuration), ("server.cnf", extensions)]
    {
        fs::write(folder.join(name), content).expect("a file");
    }
    for root in ["issuer", "tls"] {
        let (key, certificate) = (path(&format!("{root}.key")), path(&format!("{root}.pem")));
        let subject = format!("/O=Test/CN={root} root");
        let made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", &subject];
        let usage =
            ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"];
        said("openssl", &[&made[..], &usage, &["-keyout", &key, "-out", &certificate]].concat());
    }
    let (key, request, certificate) = (path("server.key"), path("server.csr"), path("server.pem"));
    let made = ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"];
    said("openssl", &[&made[..], &["-keyout", &key, "-out", &request]].concat());
    let (root, root_key) = (path("tls.pem"), path("tls.key"));
    let signed = ["x509", "-req", "-in", &request, "-CA", &root, "-CAkey", &root_key, "-CAcreateserial", "-days", "30"];
    said("openssl", &[&signed[..], &["-extfile", &path("server.cnf"), "-out", &certificate]].concat());
    join(folder, "server-all.pem", ["server.pem", "server.key"]);
    join(folder, "trusted.pem", ["issuer.pem", "tls.pem"]);
}

fn join(folder: &Path, name: &str, parts: [&str; 2]) {
    let joined = parts.map(|part| fs::read_to_string(folder.join(part)).expect("a file")).concat();
    fs::write(folder.join(name), joined).expect("a file");
}

/// OpenSSL's test server lets in who shows a certificate under the issuing root, and nobody else.
fn open_portal(folder: &Path) -> (Running, u16) {
    let path = |name: &str| folder.join(name).display().to_string();
    let mut server = house::program_at(folder, "openssl");
    server.args(["s_server", "-accept", "127.0.0.1:0", "-www", "-Verify", "2", "-verify_return_error"]);
    server.args(["-CAfile", &path("issuer.pem"), "-cert", &path("server.pem"), "-key", &path("server.key")]);
    let mut running = Running::start(&server, &folder.join("portal.log"));
    let port = running.until(|portal| {
        let log = portal.log();
        log.lines().find_map(|line| line.strip_prefix("ACCEPT 127.0.0.1:")?.trim().parse().ok())
    });
    (running, port.expect("the portal opens"))
}

/// estserver wants to be told its port. Should another program take that meanwhile, it gets another one.
fn open_est(libest: &Libest, folder: &Path, manners: &[&str], attributes: Attributes) -> (Running, u16) {
    let path = |name: &str| folder.join(name).display().to_string();
    for _ in 0..5 {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let mut server = libest.program(folder, "estserver");
        server.args(["-c", &path("server-all.pem"), "-k", &path("server-all.pem"), "-r", "estrealm", "-b", "-v"]);
        server.args(["-p", &port.to_string()]).args(manners);
        server.env("EST_TRUSTED_CERTS", path("trusted.pem")).env("EST_CACERTS_RESP", path("issuer.pem"));
        server.env("EST_OPENSSL_CACONFIG", path("ca.cnf"));
        if let Attributes::These(list) = attributes {
            server.env("EST_CSR_ATTR", list);
        }
        let mut running = Running::start(&server, &folder.join("est.log"));
        if running.until(|_| TcpStream::connect(("127.0.0.1", port)).ok()).is_some() {
            return (running, port);
        }
    }
    panic!("estserver does not open: {}", fs::read_to_string(folder.join("est.log")).unwrap_or_default())
}

/// libest's client, a customer of the practice bank.
pub struct Estclient<'a> {
    libest: &'a Libest,
    house: &'a House,
    port: String,
    trusted: String,
}

impl<'a> Estclient<'a> {
    pub fn new(libest: &'a Libest, house: &'a House) -> Self {
        let ready = house.bank().ready();
        let port = ready.ca.trim_start_matches("https://localhost:").split('/').next().expect("a port").to_owned();
        // It believes in nothing but this file, which is also where it finds what stands between its own certificate
        // and the root: the bank wants to be shown that.
        let trusted = house.write("trusted.pem", &format!("{}{}", ready.tls_root_pem, ready.issuer_root_pem));
        fs::create_dir_all(house.home().join("answers")).expect("a folder");
        said("openssl", &["genrsa", "-out", &house.home().join("key.pem").display().to_string(), "2048"]);
        Self { libest, house, port, trusted }
    }

    /// Whether it is content, and what it says; its exit code is always the same.
    pub fn run(&self, arguments: &[&str]) -> (bool, String) {
        let _ = fs::remove_file(self.answer_file());
        let mut client = self.libest.program(&self.house.home(), "estclient");
        client.env("EST_OPENSSL_CACERT", &self.trusted);
        client.args(["-s", "localhost", "-p", &self.port, "-o", "answers", "--pem-output"]).args(arguments);
        let output = output_of(&mut client);
        let told = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        (output.status.success() && !told.contains("failed with code"), told)
    }

    fn answer_file(&self) -> PathBuf {
        self.house.home().join("answers/cert-0-0.pem")
    }

    /// The certificates of the last answer.
    pub fn answer(&self) -> String {
        fs::read_to_string(self.answer_file()).expect("an answer")
    }

    pub fn trust(&self, certificates: &str) {
        let before = fs::read_to_string(&self.trusted).expect("a file");
        fs::write(&self.trusted, before + certificates).expect("a file");
    }
}
