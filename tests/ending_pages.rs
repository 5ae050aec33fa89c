//! The pages after the answer has come: which certificate goes where, and what is proven in the end.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;

use shirushi::{
    domain::{Language, Secret, SecurityLevel},
    i18n::Words,
    keystore::{StoreLock, TriesLeft},
    page::{self, Button, Complete, Control, Event, Page, complete, install},
    session::{LoginProof, Means},
};
use support::*;

fn ja() -> Words {
    Words::new(Language::Japanese)
}

fn press(control: Control) -> Event {
    Event::Pressed(control)
}

fn says(page: &Page, text: &str) -> bool {
    page.spoken().iter().any(|line| line.contains(text))
}

fn by_key(page: &Page, key: char) -> Control {
    let found: Vec<&Button> = page.buttons().into_iter().filter(|button| button.accelerator == Some(key)).collect();
    assert_eq!(found.len(), 1, "{key} means one thing");
    found[0].control.clone()
}

#[test]
fn no_on_the_second_page_loses_nothing() {
    let mut page = install(None);
    let view = page.view(&ja());
    assert!(matches!(page.update(press(by_key(&view, 'N'))), Some(install::Action::Later)));
    let yes = page.update(press(by_key(&view, 'Y')));
    assert!(matches!(yes, Some(install::Action::Install { store_secret: None })));
    for text in ["4A1C 09E2 77B0 5D3F", "2027年11月24日(水) まで", "https://localhost:3/.well-known/est"] {
        assert!(says(&view, text), "{text}");
    }
}

#[test]
fn the_thumbprint_is_among_the_details_in_groups_that_can_be_read_aloud() {
    let mut page = install(None);
    let thumbprint = new_certificate().thumbprint().to_string().to_uppercase();
    let digits = |page: &Page| page.spoken().concat().replace(' ', "");
    let closed = page.view(&ja());
    assert!(!digits(&closed).contains(&thumbprint), "the page has to fit its window");
    page.update(press(by_key(&closed, 'D')));
    let open = page.view(&ja());
    assert!(digits(&open).contains(&thumbprint));
    assert!(says(&open, &format!("{} {}", &thumbprint[..4], &thumbprint[4..8])));
    page.update(press(Control::Details));
    assert_eq!(page.view(&ja()), closed);
}

#[test]
fn the_old_certificate_is_named_and_stays() {
    let old = old_certificate();
    let view = install(Some(old.clone())).view(&ja());
    assert!(says(&view, "有効期限 2026年11月20日"), "{:?}", view.spoken());
    assert!(says(&view, &old.serial().to_string()));
    assert!(says(&view, "新しいものが使えると分かるまで、そのまま残します"));
    assert!(says(&install(None).view(&ja()), "ありません"));
    let unseen = install_into(StoreLock::Closed, None).view(&ja());
    assert!(!says(&unseen, "ありません"), "a closed store shows nothing, which is not the same as none");
}

#[test]
fn discarding_asks_twice() {
    let mut page = install(None);
    assert!(page.update(press(Control::WrongCertificate)).is_none());
    assert!(page.dialog(&ja()).unwrap().spoken().concat().contains("当金庫"));
    assert!(page.update(press(Control::DialogSecond)).is_none());
    assert!(page.dialog(&ja()).unwrap().spoken().concat().contains("再発行が必要です"));
    assert!(page.update(press(Control::DialogPrimary)).is_none());
    assert_eq!(page.dialog(&ja()), None);
    for control in [Control::WrongCertificate, Control::DialogSecond] {
        assert!(page.update(press(control)).is_none());
    }
    assert!(matches!(page.update(press(Control::DialogSecond)), Some(install::Action::Discard)));
}

#[test]
fn a_closed_store_is_asked_for_its_password_before_the_certificate_goes_in() {
    let mut page = install_into(StoreLock::Closed, None);
    assert!(page.update(press(Control::Primary)).is_none());
    assert!(says(&page.view(&ja()), "＊保管場所のパスワードをご入力ください。"));
    page.update(Event::Edited(page::Security::secret_field(), Secret::new("open")));
    let Some(install::Action::Install { store_secret: Some(secret) }) = page.update(press(Control::Primary)) else {
        panic!()
    };
    assert_eq!(secret.reveal(), "open");
    assert!(page.update(press(Control::Primary)).is_none(), "the secret has left the page");
    let page = page.with_wrong_secret(TriesLeft::One);
    assert!(says(&page.view(&ja()), "次に間違えると、ロックされます"));
}

fn complete(login: LoginProof) -> page::Complete {
    page::Complete::new(Arc::new(profile()), receipt(login, SecurityLevel::Low), None, tokyo())
}

#[test]
fn the_last_page_says_only_what_is_proven() {
    let login = "以前と同じようにログインすることができます。";
    assert!(says(&complete(LoginProof::Proven).view(&ja()), login));
    for proof in [LoginProof::NotTried, LoginProof::Refused] {
        let mut page = complete(proof);
        assert!(!says(&page.view(&ja()), login));
        assert_eq!(page.update(press(Control::ProveLogin)), Some(complete::Action::ProveLogin));
        page.login_tried(LoginProof::Proven);
        assert!(says(&page.view(&ja()), login));
        assert_eq!(page.update(press(Control::ProveLogin)), None);
    }
    assert_eq!(complete(LoginProof::Proven).update(press(Control::Primary)), Some(complete::Action::Close));
}

#[test]
fn the_last_page_says_when_to_renew() {
    let view = complete(LoginProof::Proven).view(&ja());
    for text in ["1年間", "毎年必ず", "2027年10月25日(月)から更新できます。", "「証明書更新」"]
    {
        assert!(says(&view, text), "{text}");
    }
}

#[test]
fn where_the_wizard_renews_the_last_page_says_so() {
    let receipt = receipt(LoginProof::Proven, SecurityLevel::Medium);
    let page = Complete::new(Arc::new(renewing_profile()), receipt, Some(old_certificate()), tokyo());
    let view = page.clone().view(&ja());
    assert!(says(&view, "このウィザードで、更新をお願いいたします。") && !says(&view, "「証明書更新」"));
    assert!(!says(&view, "これまでの電子証明書"), "it was no renewal");
    let view = page.by(Means::Certificate).view(&ja());
    assert!(says(&view, "これまでの電子証明書は、消さずに残してあります。"));
}

#[test]
fn the_receipt_names_everything_and_no_layout_mark() {
    let text = complete(LoginProof::Proven).receipt_text(&ja());
    for part in ["4A1C 09E2 77B0 5D3F", "nss:/home/yamada/.pki/nssdb", "中(実際の動きは低)", "yamada01"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let certificate = new_certificate();
    let thumbprint = certificate.thumbprint().to_string().to_uppercase();
    let compact = text.replace(' ', "");
    assert!(compact.contains(&thumbprint), "{text}");
    assert!(text.contains(&format!("{} {}", &thumbprint[..4], &thumbprint[4..8])), "{text}");
    assert!(text.contains(&certificate.subject().readable()), "{text}");
    assert!(!text.contains("CN=") && !text.contains("O="), "names as people read them: {text}");
    assert!(!text.contains('\u{200B}'));
}
