//! The 管理者 in the window, by keyboard alone, then at the portal with somebody else's TLS; and the 利用者 after that.

use std::process::Command;

use practice_bank::Case;

use super::{
    home::Home,
    person::Person,
    programs::{are_here, said},
    scene,
};

/// The portal as curl sees it, with the certificate and key that NSS hands out.
struct Curl<'a> {
    home: &'a Home,
}

impl<'a> Curl<'a> {
    fn with_the_certificate_of(home: &'a Home) -> Self {
        let database = format!("sql:{}", home.database().display());
        let list = said("certutil", &["-L", "-d", &database]);
        let name = list.lines().find_map(|line| line.trim_end().strip_suffix("u,u,u")).expect("a certificate").trim();
        let file = home.path("administrator.p12");
        said("pk12util", &["-o", &file.display().to_string(), "-n", name, "-d", &database, "-K", "", "-W", "p12"]);
        std::fs::write(home.path("root.pem"), &home.bank().ready().tls_root_pem).expect("a file");
        Self { home }
    }

    fn asks(&self, path: &str, form: &[&str]) -> String {
        let mut curl = Command::new("curl");
        let root = self.home.path("root.pem");
        let identity = format!("{}:p12", self.home.path("administrator.p12").display());
        curl.args(["--silent", "--show-error", "--noproxy", "*", "--cert-type", "P12", "--cert", &identity]);
        curl.arg("--cacert").arg(root).args(form.iter().flat_map(|field| ["--data-urlencode", field]));
        let output = curl.arg(format!("{}{path}", self.home.bank().ready().portal_login)).output().expect("it starts");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{errors}");
        String::from_utf8(output.stdout).expect("text")
    }
}

#[test]
fn an_administrator_does_the_whole_job_and_then_a_user_does_it_too() {
    let test = "an_administrator_does_the_whole_job_and_then_a_user_does_it_too";
    if !are_here(test, &["curl", "pk12util"]) {
        return;
    }
    let Some((display, mut home)) = scene(test) else { return };
    home.go_to("hers", Case::Taken);
    let user = home.customer().user_id.clone();
    let mut person = Person::sit_down(&home, &display, "ja");
    person.begin();
    person.go_to_security(&home);
    person.decide("Return", "setback");
    person.be_killed();

    home.go_to("his", Case::Administrator);
    let confirmation = home.customer().confirmation.clone();
    let mut person = Person::sit_down(&home, &display, "ja");
    person.begin_as_administrator();
    person.fill_in_as_administrator(&home);
    person.finish();
    person.press("Return");
    assert_eq!(person.leave().code(), Some(0));
    assert_eq!((home.keys(), home.certificates(), home.issued()), (1, 1, 1));

    let curl = Curl::with_the_certificate_of(&home);
    assert!(curl.asks("", &[]).contains("ご契約先管理情報変更"));
    assert!(curl.asks("admin/users", &[]).contains(&user));
    let page = curl.asks(&format!("admin/users/{user}"), &["act=reissue", &format!("confirmation={confirmation}")]);
    assert!(page.contains("再発行しました"), "{page}");

    home.go_to("hers", Case::Taken);
    let mut person = Person::sit_down(&home, &display, "ja");
    person.begin();
    person.fill_in(&home);
    person.finish();
    assert_eq!((home.keys(), home.certificates(), home.issued()), (1, 1, 2));
}
