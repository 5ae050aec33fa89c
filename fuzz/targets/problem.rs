//! What an error answer says: text, HTML, JSON. The first line is the content type, the rest the body.

use shirushi::protocol::problem::{MAX_TEXT, Problem};

use super::Target;

pub const TARGET: Target = Target {
    name: "problem",
    run: check,
    words: &[
        b"application/problem+json\n",
        b"text/html\n",
        b"{\"code\":\"E01\"",
        b",\"tries_left\":5",
        b",\"detail\":\"",
        b"\"}",
        b"<script>",
        b"</script",
        b"<style",
        b"</",
        b"<",
        b">",
        b"&lt;",
        b"&amp;",
        "ロックされ".as_bytes(),
        "メンテナンス".as_bytes(),
        "認証に失敗しました".as_bytes(),
        b"E13",
        b"\\ud800",
        b"\xff",
        b"\xe2\x80\xae",
    ],
};

fn check(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let kind = String::from_utf8_lossy(&data[..end]).into_owned();
    let body = data.get(end + 1..).unwrap_or_default();
    let problem = Problem::read(Some(&kind), body);
    assert!(problem.text.chars().count() <= MAX_TEXT, "longer than a report takes");
    assert!(!problem.text.chars().any(char::is_control), "a control character on a page");
    assert!(!problem.text.contains("  ") && problem.text.trim_start() == problem.text, "more than one paragraph");
    assert_eq!(Problem::read(Some(&kind), body), problem, "read otherwise the second time");
}
