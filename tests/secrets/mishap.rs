//! What can befall a run with numbers in it: nothing, a no of the bank, a bad answer, a bad network, a bad PC.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
};

use practice_bank::{Account, Case, Fault, Oddity};

use crate::{
    relay::{Proxy, Rule},
    town::{Pc, Town},
};

/// Written in another way by every encoding.
const ODD: &str = "Kq7&z%+~ \"x\\p<9'";
/// A password of a key store may be in any script.
const STORE: &str = "ひらけごま表8421";
const PIN: &str = "hirake-goma-7351";
const CARDS: [&str; 2] = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"];
const PROXY: &str = "4711-proxy";
/// taro and the password above
const LOGIN: &str = "dGFybzo0NzExLXByb3h5";

/// A PC, and a person who has everything at hand.
pub struct Scene<'a> {
    pub town: &'a Town,
    pub pc: Pc,
    pub customer: Account,
    pub profile: String,
    /// Its address.
    pub store: String,
    /// Lines beside the numbers.
    pub more: String,
    /// What must be found nowhere, beside password and confirmation.
    pub planted: Vec<(&'static str, String)>,
    pub environment: Vec<(&'static str, String)>,
    pub proxy: Option<Proxy>,
    pub asks: Asks,
}

/// Whether trust is answered beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    Nothing,
    ATerminalThatIsNotThere,
}

/// What befalls a run, and what its output says then.
pub struct Mishap {
    pub name: &'static str,
    pub says: &'static str,
    pub arrange: fn(&mut Scene<'_>),
}

const fn mishap(name: &'static str, says: &'static str, arrange: fn(&mut Scene<'_>)) -> Mishap {
    Mishap { name, says, arrange }
}

/// At either door.
pub const AT_THE_BANK: [Mishap; 22] = [
    mishap("nothing", "installed", |_| {}),
    mishap("the password is wrong", "E01", |scene| scene.customer.password = ODD.into()),
    mishap("the confirmation is wrong", "E01", |scene| scene.customer.confirmation = ODD.into()),
    mishap("the certificate is taken", "E03", |scene| scene.is(Case::Taken)),
    mishap("maintenance", "E13", |scene| scene.is(Case::Maintenance)),
    mishap("the customer is locked out", "E02", |scene| scene.is(Case::Locked)),
    mishap("nothing has been issued", "E03", |scene| scene.is(Case::NotIssued)),
    mishap("the pick-up has expired", "E04", |scene| scene.is(Case::PickupExpired)),
    mishap("too long after the expiry", "E05", |scene| scene.is(Case::AfterExpiryPassed)),
    mishap("the certificate was revoked", "E03", |scene| scene.is(Case::Revoked)),
    mishap("another must be revoked first", "E19", |scene| scene.is(Case::MustRevokeFirst)),
    mishap("the refusal repeats what was sent", "E01", |scene| {
        scene.customer.password = ODD.into();
        scene.town.bank.oddity(Oddity::ErrorEchoesInputs);
    }),
    mishap("half an answer", "E14", |scene| scene.spoil(Fault::Truncate)),
    mishap("a certificate for another key", "S04", |scene| scene.spoil(Fault::OtherKey)),
    mishap("500", "E21", |scene| scene.spoil(Fault::ServerError)),
    mishap("a page of a failure", "failed", |scene| scene.spoil(Fault::HtmlError)),
    mishap("nonsense", "failed", |scene| scene.spoil(Fault::Garbage)),
    mishap("no answer", "E14", |scene| scene.spoil(Fault::DropBeforeAnswer)),
    mishap("a certificate for servers", "S04", |scene| scene.spoil(Fault::NotClientAuth)),
    mishap("a certificate of a stranger", "S04", |scene| scene.spoil(Fault::OtherIssuer)),
    mishap("202", "pending", |scene| scene.spoil(Fault::Pending)),
    mishap("the answer comes in crumbs", "installed", |scene| scene.town.bank.oddity(Oddity::SlowDrip)),
];

/// Before anything is sent, or in a way that only one door has.
pub const AT_HOME: [Mishap; 21] = [
    mishap("a refusal in JSON", "E01", |scene| scene.refused_in(Oddity::ErrorJson)),
    mishap("a refusal as RFC 9457 has it", "E01", |scene| scene.refused_in(Oddity::ErrorProblemJson)),
    mishap("a refusal as a page", "E01", |scene| scene.refused_in(Oddity::ErrorHtml)),
    mishap("three challenges", "E01", |scene| scene.refused_in(Oddity::SeveralWwwAuthenticate)),
    mishap("the numbers are no TOML", "failed", |scene| scene.more = format!("{ODD}\n")),
    mishap("a number is too long", "failed", |scene| scene.customer.password = ODD.repeat(3)),
    mishap("a number in kana", "failed", |scene| scene.customer.confirmation = STORE.into()),
    mishap("a number nobody asks for", "failed", |scene| {
        scene.more = format!("stranger = '{}'\n", scene.customer.password)
    }),
    mishap("a number is missing", "failed", |scene| scene.customer.user_id.clear()),
    mishap("the database has a password, and it is given", "installed", |scene| {
        scene.lock_the_store();
        scene.give("store_secret", STORE);
    }),
    mishap("the database has a password, and it is not given", "M01", |scene| scene.lock_the_store()),
    mishap("the database has another password", "M01", |scene| {
        scene.lock_the_store();
        scene.give("store_secret", "ひらかないごま");
    }),
    mishap("a card, and its PIN is given", "installed", |scene| {
        scene.use_a_card();
        scene.give("store_secret", PIN);
    }),
    mishap("a card, and another PIN is given", "M01", |scene| {
        scene.use_a_card();
        scene.give("store_secret", "hirakanai-goma-7351");
    }),
    mishap("the records cannot be written", "M02", |scene| {
        scene.pc.write("state", "a file in the place of the folder");
    }),
    mishap("nobody is there", "E10", |scene| {
        let nobody = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
        scene.ask_at(&format!("localhost:{nobody}"));
    }),
    mishap("the name is unknown", "E10", |scene| scene.ask_at("nowhere.invalid")),
    mishap("nobody can be asked for trust", "failed", |scene| scene.asks = Asks::ATerminalThatIsNotThere),
    mishap("the proxy wants to know who asks", "N01", |scene| scene.go_through(Rule::Login(LOGIN))),
    mishap("the proxy is told who asks", "installed", |scene| {
        scene.go_through(Rule::Login(LOGIN));
        scene.give("proxy_password", PROXY);
        scene.more.push_str("proxy_user = \"taro\"\n");
    }),
    mishap("the proxy refuses who asks", "N01", |scene| {
        scene.go_through(Rule::Login(LOGIN));
        scene.give("proxy_password", "another-4711-proxy");
        scene.more.push_str("proxy_user = \"taro\"\n");
    }),
];

impl<'a> Scene<'a> {
    pub fn new(test: &str, town: &'a Town, profile: String) -> Option<Self> {
        let (pc, customer) = (Pc::new(test)?, town.guest());
        let (more, planted, environment) = (String::new(), Vec::new(), Vec::new());
        let (store, proxy, asks) = (pc.store(), None, Asks::Nothing);
        Some(Self { town, pc, customer, profile, store, more, planted, environment, proxy, asks })
    }

    /// What the person gives, as the program reads it.
    pub fn numbers(&self) -> String {
        let Account { contract_id, user_id, password, confirmation, .. } = &self.customer;
        let numbers = [
            ("contract_id", contract_id),
            ("user_id", user_id),
            ("password", password),
            ("confirmation", confirmation),
        ];
        let line = |(name, number): (&str, &String)| format!("{name} = {}\n", quoted(number));
        numbers.map(line).concat() + &self.more
    }

    fn is(&mut self, case: Case) {
        self.customer = self.town.customer(case);
    }

    fn spoil(&self, fault: Fault) {
        self.town.bank.fault(fault);
    }

    fn refused_in(&mut self, form: Oddity) {
        self.customer.password = ODD.into();
        self.town.bank.oddity(form);
    }

    fn give(&mut self, name: &'static str, secret: &str) {
        self.more.push_str(&format!("{name} = {}\n", quoted(secret)));
        self.planted.push((name, secret.to_owned()));
    }

    fn lock_the_store(&mut self) {
        self.pc.lock_store(STORE);
        fs::remove_file(self.pc.path("new-password")).expect("it was for certutil");
    }

    /// SoftHSM in the place of a card.
    fn use_a_card(&mut self) {
        let (tokens, settings) = (self.pc.path("tokens"), self.pc.path("softhsm2.conf"));
        fs::create_dir(&tokens).expect("a folder");
        fs::write(&settings, format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display()))
            .expect("a file");
        let mut tool = Command::new("softhsm2-util");
        tool.args(["--init-token", "--free", "--label", "card", "--pin", PIN, "--so-pin", "654321"]);
        let made = tool.env("SOFTHSM2_CONF", &settings).stdout(Stdio::null()).status();
        assert!(made.is_ok_and(|status| status.success()), "no card");
        let module = CARDS.iter().find(|module| Path::new(module).exists()).expect("the module of the cards");
        self.store = format!("pkcs11:{module}?token=card");
        self.environment.push(("SOFTHSM2_CONF", settings.display().to_string()));
    }

    fn ask_at(&mut self, host: &str) {
        let own = "url = \"https://";
        let (before, rest) = self.profile.split_once(own).expect("an address");
        let (_, path) = rest.split_once('/').expect("a path");
        self.profile = format!("{before}{own}{host}/{path}");
    }

    fn go_through(&mut self, rule: Rule) {
        let proxy = Proxy::start(rule);
        self.environment.push(("HTTPS_PROXY", proxy.address()));
        self.proxy = Some(proxy);
    }
}

/// A text that JSON quotes is one that TOML quotes.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text")
}
