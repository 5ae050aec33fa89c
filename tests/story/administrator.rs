//! 管理者, from the first page to the portal's 利用者情報登録/変更, and what that opens for a 利用者.

use std::{sync::Arc, time::Duration};

use practice_bank::{Account, Case, Replay};
use shirushi::{
    domain::Certificate,
    keystore::KeyStore,
    page::Control,
    protocol::{
        ClientIdentity, HttpTransport, Transport,
        transport::{Method, Request},
    },
    wizard::{StageName, World},
};
use tokio::runtime::Runtime;

use crate::{
    player::Player,
    world::{Pc, Plan, SharedBank},
};

const ADMINISTRATOR: usize = 1;

/// A browser at the portal, with the certificate that the wizard has put into its store.
struct Browser {
    world: World,
    identity: ClientIdentity,
    runtime: Runtime,
}

impl Browser {
    fn on(pc: &Pc, bank: &SharedBank) -> Self {
        let (world, runtime) = (pc.world(bank, Plan::default()), Runtime::new().expect("a runtime"));
        let introduction = runtime.block_on(world.protocol.introduce()).expect("the CA answers");
        let mut chain: Vec<Certificate> = pc.store.certificates().expect("certificates");
        chain.extend(introduction.intermediates);
        let label = pc.store.keys().expect("keys").pop().expect("a key");
        let signer = pc.store.open(&label).expect("a signer");
        Self { world, identity: ClientIdentity { chain, signer }, runtime }
    }

    fn send(&self, path: &str, method: Method) -> (u16, String) {
        let profile = Arc::clone(&self.world.profile);
        let request = Request {
            url: profile.portal.login.join(path).expect("an address"),
            method,
            basic: None,
            cookies: None,
            pin: None,
            identity: Some(self.identity.clone()),
            connected: None,
            torn: None,
            deadline: Duration::from_secs(20),
        };
        let http = HttpTransport::new(&profile.anchors.tls).expect("anchors");
        let response = self.runtime.block_on(http.exchange(request)).expect("the portal answers");
        (response.status, String::from_utf8(response.body).expect("text"))
    }

    fn opens(&self, path: &str) -> (u16, String) {
        self.send(path, Method::Get)
    }

    /// 変更 of one user, confirmed with ご契約先確認暗証番号.
    fn changes(&self, user: &Account, act: &str, confirmation: &str) -> (u16, String) {
        let body = format!("act={act}&confirmation={confirmation}").into_bytes();
        let content_type = "application/x-www-form-urlencoded";
        self.send(&format!("admin/users/{}", user.user_id), Method::Post { content_type, headers: Vec::new(), body })
    }
}

/// The wizard with 管理者 chosen, up to what stops it.
fn administrator_walks(pc: &Pc, bank: &SharedBank, administrator: &Account) -> Player {
    let mut player = Player::open(pc.world(bank, Plan::default()));
    player.press(Control::Role(ADMINISTRATOR));
    player.press(Control::Primary);
    let page = player.text();
    assert!(page.contains("ご契約先暗証番号") && page.contains("ご契約先確認暗証番号"), "{page}");
    assert!(!page.contains("利用者暗証番号") && !page.contains("利用者ID"), "{page}");
    player.walk(administrator);
    player
}

fn user_walks(pc: &Pc, bank: &SharedBank, user: &Account) -> Player {
    let mut player = Player::open(pc.world(bank, Plan::default()));
    player.walk(user);
    player
}

#[test]
fn an_administrator_gets_a_certificate_and_opens_the_way_for_the_users() {
    let bank = SharedBank::open(Replay::Same);
    let administrator = bank.customer(Case::Administrator);
    let users =
        [(Case::Taken, "E03", "reissue", "再発行しました"), (Case::Locked, "E02", "unlock", "ロックを解除しました")];
    let theirs: Vec<Pc> = users.iter().map(|_| Pc::new()).collect();
    for ((case, code, ..), pc) in users.iter().zip(&theirs) {
        let stopped = user_walks(pc, &bank, &bank.customer(*case));
        assert_eq!(stopped.stage(), StageName::Setback, "{}", stopped.text());
        assert!(stopped.text().contains(code) && stopped.text().contains("管理者"), "{}", stopped.text());
    }

    let pc = Pc::new();
    let done = administrator_walks(&pc, &bank, &administrator);
    assert_eq!(done.stage(), StageName::Complete, "{}", done.text());
    assert!(done.text().contains("ログインできることを確かめました"), "{}", done.text());
    drop(done);

    let browser = Browser::on(&pc, &bank);
    assert!(browser.opens("").1.contains("ご契約先管理情報変更"));
    let (status, list) = browser.opens("admin/users");
    assert!(status == 200 && list.contains("ロック中"), "{list}");
    for ((case, _, act, words), pc) in users.iter().zip(&theirs) {
        let user = bank.customer(*case);
        assert!(browser.opens(&format!("admin/users/{}", user.user_id)).1.contains("ご契約先確認暗証番号"));
        let (status, page) = browser.changes(&user, act, &administrator.confirmation);
        assert!(status == 200 && page.contains(words), "{page}");
        let done = user_walks(pc, &bank, &user);
        assert_eq!(done.stage(), StageName::Complete, "{case:?}: {}", done.text());
    }
}

#[test]
fn neither_a_users_certificate_nor_a_wrong_number_opens_the_way() {
    let bank = SharedBank::open(Replay::Same);
    let (pc, guest) = (Pc::new(), bank.guest());
    assert_eq!(user_walks(&pc, &bank, &guest).stage(), StageName::Complete);
    let locked = bank.customer(Case::Locked);
    let browser = Browser::on(&pc, &bank);
    assert_eq!(browser.opens("").0, 200, "the login works");
    assert_eq!(browser.opens("admin").0, 403);
    assert_eq!(browser.changes(&locked, "unlock", &guest.confirmation).0, 403);

    let (pc, administrator) = (Pc::new(), bank.customer(Case::Administrator));
    administrator_walks(&pc, &bank, &administrator);
    let browser = Browser::on(&pc, &bank);
    assert!(browser.changes(&locked, "unlock", "wrong").1.contains("あと6回"));
    assert_eq!(user_walks(&Pc::new(), &bank, &locked).stage(), StageName::Setback);
}

#[test]
fn an_administrators_lock_is_released_by_the_branch_and_not_by_an_administrator() {
    let bank = SharedBank::open(Replay::Same);
    let (pc, administrator) = (Pc::new(), bank.customer(Case::Administrator));
    let wrong = Account { confirmation: "wrong-one".to_owned(), ..administrator };
    let last = (0..7).map(|_| administrator_walks(&pc, &bank, &wrong).text()).last().expect("seven tries");
    assert!(last.contains("E02") && last.contains("お取引店") && !last.contains("管理者の方"), "{last}");
}
