//! The words of the 管理者's pages.

use crate::{
    desk::{Act, Line, Outcome},
    page::{escaped, frame},
};

pub(crate) fn menu() -> String {
    frame(
        "ご契約先管理情報変更",
        "",
        "<ul class=\"doors\"><li><a class=\"door\" href=\"/admin/users\"><strong>利用者情報登録/変更</strong>\
         <span>電子証明書の再発行・失効、ロック解除</span></a></li></ul><p><a href=\"/\">戻る</a></p>",
    )
}

pub(crate) fn users(lines: &[Line]) -> String {
    let rows: String = lines.iter().map(row).collect();
    let body = format!(
        "<p>利用者を選択し、「変更」を押してください。</p>\
         <table><thead><tr><th>利用者ID</th><th>電子証明書</th><th>ロック</th><th></th></tr></thead>\
         <tbody>{rows}</tbody></table><p><a href=\"/admin\">戻る</a></p>"
    );
    frame("利用者一覧", "", &body)
}

fn row(line: &Line) -> String {
    let user = escaped(&line.user_id);
    format!(
        "<tr><td>{user}</td><td>{}</td><td>{}</td><td><a href=\"/admin/users/{user}\">変更</a></td></tr>\n",
        line.condition,
        lock(line)
    )
}

fn lock(line: &Line) -> &'static str {
    if line.locked { "ロック中" } else { "-" }
}

pub(crate) fn user(line: &Line) -> String {
    let user = escaped(&line.user_id);
    let choices: String = Act::ALL.into_iter().map(choice).collect();
    let body = format!(
        "<dl><dt>利用者ID</dt><dd>{user}</dd><dt>電子証明書</dt><dd>{}</dd><dt>ロック</dt><dd>{}</dd></dl>\
         <form method=\"post\" action=\"/admin/users/{user}\" autocomplete=\"off\">\
         <fieldset><legend>電子証明書</legend>{choices}</fieldset>\
         <p><label for=\"confirmation\">ご契約先確認暗証番号</label>\
         <input type=\"password\" id=\"confirmation\" name=\"confirmation\" maxlength=\"32\" required></p>\
         <p><button class=\"button\" type=\"submit\">OK</button></p></form>\
         <p><a href=\"/admin/users\">戻る</a></p>",
        line.condition,
        lock(line)
    );
    frame("利用者情報変更", "", &body)
}

fn choice(act: Act) -> String {
    let (word, label) = (act.as_str(), act.label());
    let checked = if act == Act::Continue { " checked" } else { "" };
    format!("<label><input type=\"radio\" name=\"act\" value=\"{word}\"{checked}> {label}</label>\n")
}

pub(crate) fn outcome(user_id: &str, outcome: Outcome) -> String {
    let (class, words) = words(outcome);
    let user = escaped(user_id);
    let body = format!(
        "<p class=\"{class}\">{words}</p><dl><dt>利用者ID</dt><dd>{user}</dd></dl>\
         <p><a href=\"/admin/users\">利用者一覧へ</a></p>"
    );
    frame("利用者情報変更", "", &body)
}

fn words(outcome: Outcome) -> (&'static str, String) {
    let done = |words: &str| ("good", words.to_owned());
    let refused = |words: &str| ("bad", words.to_owned());
    match outcome {
        Outcome::Done(Act::Continue) => done("変更はありません。電子証明書は継続してご利用になれます。"),
        Outcome::Done(Act::Reissue) => done("再発行しました。利用者の方は、80日以内に電子証明書を取得してください。"),
        Outcome::Done(Act::Revoke) => done("失効しました。この電子証明書ではログインできません。"),
        Outcome::Done(Act::Unlock) => done("ロックを解除しました。"),
        Outcome::WrongNumber { tries_left } => {
            ("bad", format!("ご契約先確認暗証番号が違います。あと{tries_left}回でロック状態となります。(E01)"))
        }
        Outcome::Locked => {
            refused("番号相違7回目でロック状態となりました。ロックの解除は、お取引店へお届けください。(E02)")
        }
        Outcome::AfterExpiryPassed => {
            refused("有効期限経過後90日が経っているため、金庫店頭窓口への届出が必要です。(E05)")
        }
        Outcome::MustRevokeFirst => {
            refused("有効期限が経過した電子証明書の発行(更新)は「失効」手続きが必要です。(E19)")
        }
        Outcome::NothingToRevoke => refused("失効する電子証明書がありません。"),
        Outcome::NotLocked => refused("この利用者はロックされていません。"),
    }
}

pub(crate) fn closed() -> String {
    frame(
        "ご利用いただけません",
        "<meta name=\"shirushi-status\" content=\"refused; not the administrator\">",
        "<p class=\"bad\">このページは、管理者の方だけがご利用になれます。</p><p><a href=\"/\">戻る</a></p>",
    )
}
