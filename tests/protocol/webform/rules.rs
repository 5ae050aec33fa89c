//! What follows by itself, and what does not.

use base64::{Engine, engine::general_purpose::STANDARD};
use shirushi::protocol::{RefusalKind, Reply};

use super::bench::{Bench, ENROLL, WAIT, headed, in_literals, issued, page, sjis};
use crate::{
    make::{Lengths, Recipe, p7},
    server::{Act, Server, http},
};

fn leaf_page() -> Act {
    page(&issued(&in_literals(&STANDARD.encode(p7(&[&Recipe::leaf().make()], Lengths::Definite)))))
}

fn moved(status: u16, location: &str) -> Act {
    headed(&format!("{status} Moved\r\nLocation: {location}"), "moved")
}

fn refresh(content: &str) -> Act {
    page(&format!("<html><head><meta http-equiv=\"Refresh\" content=\"{content}\"></head><p>お待ちください"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_by_itself_is_followed() {
    let get_form =
        "<form name=w action=done.htm?x><input type=hidden name=t value=1></form><script>document.w.submit()</script>";
    let ways = [
        (page(WAIT), "POST /sscm//cgi-bin/sophialite.exe"),
        (page(get_form), "GET /sscm//client/done.htm?t=1"),
        (refresh("0;URL=done.htm"), "GET /sscm//client/done.htm"),
        (moved(301, "/sscm//done"), "GET /sscm//done"),
        (moved(302, "//localhost:PORT/sscm//done"), "GET /sscm//done"),
        (moved(303, "https://localhost:PORT/done#end"), "GET /done"),
    ];
    for (way, asked) in ways {
        let bench = Bench::new(vec![page(ENROLL), way, leaf_page()]);
        assert!(matches!(bench.submit().await, Ok(Reply::Answer(_))), "{asked}");
        assert_eq!(bench.asked()[2], format!("{asked} HTTP/1.1"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leads_to_another_origin() {
    let elsewhere = Server::start(Act::Say(http("200 OK", "")));
    let other = elsewhere.url("/x").to_string();
    let ways = [
        page(&WAIT.replace("/sscm//cgi-bin/sophialite.exe", &other)),
        page(&format!("<base href=\"{other}\">{}", WAIT.replace("/sscm//", ""))),
        refresh(&format!("0;url={other}")),
        moved(302, &other),
        moved(302, "http://localhost/x"),
        moved(302, "https://taro@localhost:PORT/x"),
        moved(302, "javascript:alert(1)"),
    ];
    for way in ways {
        let bench = Bench::new(vec![page(ENROLL), way, leaf_page()]);
        let reply = bench.submit().await.unwrap();
        assert!(
            matches!(&reply, Reply::Refused(refusal) if matches!(refusal.kind, RefusalKind::ServerFailed { .. })),
            "{reply:?}"
        );
        assert_eq!(bench.server.connections(), 2);
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_send_a_post_again_or_needs_a_person_is_not_followed() {
    let pressed = "<form name=back method=post action=/back></form><script>function b(){document.back.submit()}</script><a onclick='b()'>";
    let ways = [
        moved(307, "/again"),
        moved(308, "/again"),
        moved(300, "/choose"),
        headed("302 Found", "nowhere"),
        page(pressed),
        refresh("600;url=/logout"),
        page("<noscript><meta http-equiv=refresh content='0;url=/no'></noscript><script>location.href='/no'</script>"),
    ];
    for way in ways {
        let bench = Bench::new(vec![page(ENROLL), way, leaf_page()]);
        assert!(matches!(bench.submit().await, Ok(Reply::Refused(_))));
        assert_eq!(bench.server.connections(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_five_hops_it_is_enough() {
    let way = |hops: usize| {
        let waits = std::iter::repeat_with(|| page(WAIT)).take(hops);
        Bench::new([vec![page(ENROLL)], waits.collect(), vec![leaf_page()]].concat())
    };
    assert!(matches!(way(5).submit().await, Ok(Reply::Answer(_))));
    let endless = way(6);
    assert!(matches!(endless.submit().await, Ok(Reply::Refused(_))));
    assert_eq!(endless.server.connections(), 1 + 1 + 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_to_the_first_page_is_followed_without_a_word_of_the_users() {
    let bench = Bench::new(vec![moved(307, "start.htm"), refresh("0;url=enroll.htm"), page(ENROLL), leaf_page()]);
    assert!(matches!(bench.submit().await, Ok(Reply::Answer(_))));
    assert_eq!(bench.asked()[1..3], ["GET /sscm//client/start.htm HTTP/1.1", "GET /sscm//client/enroll.htm HTTP/1.1"]);
    assert_eq!(bench.written(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_profile_knows_the_characters_better_than_the_page() {
    let lying = Act::Say(http("200 OK\r\nContent-Type: text/html; charset=utf-8", sjis(ENROLL)));
    let pages = format!("charset = \"shift_jis\"\n{}", super::bench::PAGES);
    let bench = Bench::with(&pages, vec![lying, leaf_page()]);
    bench.submit().await.unwrap();
    let body = String::from_utf8_lossy(&bench.server.conversations()[1]).into_owned();
    assert!(body.contains("kinko=%95%5C%8E%A6"), "{body}");
}
