//! Through a proxy that asks who is there: the login comes with the numbers, and is found nowhere afterwards.

use std::fs;

use practice_bank::Account;

use crate::{
    relay::{Proxy, Rule},
    town::{Pc, Told, numbers, start, told, town},
};

/// taro and 4711-proxy
const LOGIN: &str = "dGFybzo0NzExLXByb3h5";

fn enroll(pc: &Pc, proxy: &str, account: &Account, login: &str) -> Told {
    let mut command = pc.enrollment(&town().profile());
    told(start(command.env("HTTPS_PROXY", proxy), &format!("{}{login}", numbers(account))))
}

fn login(password: &str) -> String {
    format!("proxy_user = \"taro\"\nproxy_password = \"{password}\"\n")
}

#[test]
fn a_proxy_that_asks_is_told_what_stands_with_the_numbers() {
    let Some(pc) = Pc::new("a_proxy_that_asks_is_told_what_stands_with_the_numbers") else { return };
    let (proxy, guest) = (Proxy::start(Rule::Login(LOGIN)), town().guest());
    let untold = enroll(&pc, &proxy.address(), &guest, "");
    untold.failed(4, "N01", "no");
    untold.ends(4, &[("blame", "network"), ("next", "try-again")]);
    assert!(untold.all.contains("asks for a user and a password"), "{}", untold.all);
    let wrong = enroll(&pc, &proxy.address(), &guest, &login("4711-wrong"));
    wrong.failed(4, "N01", "no");
    assert!(wrong.all.contains("refused this user and password"), "{}", wrong.all);
    assert_eq!(town().posts(&guest), 0);
    let installed = enroll(&pc, &proxy.address(), &guest, &login("4711-proxy"));
    installed.ends(0, &[("result", "installed"), ("login", "proven")]);
    assert_eq!((town().posts(&guest), town().issued(&guest)), (1, 1));

    let outputs = [untold.all, wrong.all, installed.all].concat();
    let mut kept = outputs.into_bytes();
    pc.journals().iter().for_each(|journal| kept.extend(fs::read(journal).expect("a journal")));
    let found = |text: &str| kept.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(found(&guest.user_id), "the search sees what is there");
    assert!(!["4711-wrong", "4711-proxy", LOGIN].into_iter().any(found), "the proxy's login was kept");
}

#[test]
fn a_login_in_the_proxys_own_address_needs_no_other() {
    let Some(pc) = Pc::new("a_login_in_the_proxys_own_address_needs_no_other") else { return };
    let (proxy, guest) = (Proxy::start(Rule::Login(LOGIN)), town().guest());
    let address = format!("http://taro:4711-proxy@127.0.0.1:{}", proxy.port);
    let installed = enroll(&pc, &address, &guest, "");
    installed.installed();
    assert!(!installed.all.contains("4711-proxy"), "{}", installed.all);
}

#[test]
fn a_proxy_that_refuses_is_not_the_bank() {
    let Some(pc) = Pc::new("a_proxy_that_refuses_is_not_the_bank") else { return };
    let guest = town().guest();
    for (rule, code) in [
        (Rule::Say("403 Forbidden"), "N03"),
        (Rule::Say("504 Late"), "N03"),
        (Rule::Say("407 No\r\nProxy-Authenticate: Negotiate"), "N02"),
    ] {
        enroll(&pc, &Proxy::start(rule).address(), &guest, "").failed(4, code, "no");
    }
    assert_eq!(town().posts(&guest), 0);
}

#[test]
fn half_a_login_for_the_proxy_is_a_mistake_in_the_file() {
    let Some(pc) = Pc::new("half_a_login_for_the_proxy_is_a_mistake_in_the_file") else { return };
    let (proxy, guest) = (Proxy::start(Rule::Login(LOGIN)), town().guest());
    for half in [
        "proxy_user = \"taro\"\n",
        "proxy_password = \"4711-proxy\"\n",
        "proxy_user = \"a:b\"\nproxy_password = \"\"\n",
    ] {
        let told = enroll(&pc, &proxy.address(), &guest, half);
        told.failed(2, "U01", "no");
        assert!(!told.all.contains("4711-proxy"), "{}", told.all);
    }
    assert_eq!(proxy.heard().len(), 0);
}
