//! The words of the site.

use crate::{certificate::BANK, holder::Holder};

const SERVICE: &str = "法人インターネットバンキング";
pub(crate) const NOTICE: &str = "ここは練習用のサイトです。本物の番号は受け付けません。入力しないでください。";

/// So that 「このウィンドウを閉じる」 may close it.
const NEW_WINDOW: &str = "target=\"_blank\" rel=\"opener\"";

pub(crate) fn top() -> String {
    frame(
        "トップページ",
        "",
        "<ul class=\"doors\">\
         <li><a class=\"door\" href=\"/login\"><strong>利用者ログイン</strong>\
         <span>お手続き・残高照会はこちら</span></a></li>\
         <li><a class=\"door\" href=\"/certificate\"><strong>電子証明書取得</strong>\
         <span>はじめての方、有効期限が切れた方</span></a></li></ul>",
    )
}

/// 電子証明書方式: to the guarded door with a certificate, to the authority's old pages without.
pub(crate) fn login(address: &str, [user, administrator]: &[String; 2]) -> String {
    let [address, user, administrator] = [address, user, administrator].map(escaped);
    let body = format!(
        "<h2>電子証明書方式</h2>\
         <p>「電子証明書ログイン」を押すと、ブラウザーが電子証明書の選択画面を表示します。</p>\
         <p><a class=\"button\" href=\"{address}\">電子証明書ログイン</a></p>\
         <p class=\"small\">管理者の方も、このボタンからログインします。</p>\
         <p>電子証明書をお持ちでない方、有効期限が切れた方は、先に取得してください。</p>\
         <p><a class=\"button\" {NEW_WINDOW} href=\"{user}\">電子証明書取得</a></p>\
         <p class=\"small\">管理者の方は、<a {NEW_WINDOW} href=\"{administrator}\">管理者の電子証明書取得</a>\
         へお進みください。</p>"
    );
    frame("利用者ログイン", "", &body)
}

pub(crate) fn certificate() -> String {
    frame("電子証明書取得", "", &open_the_wizard("取得"))
}

pub(crate) fn renew() -> String {
    let body = format!("{}<p><a href=\"/\">戻る</a></p>", open_the_wizard("更新"));
    frame("証明書更新", "", &body)
}

/// After the login; the 管理者 has a door of its own.
pub(crate) fn status(holder: &Holder, is_administrator: bool) -> String {
    let (title, desk) = match is_administrator {
        true => ("ご契約先ステータス", "<p><a class=\"button\" href=\"/admin\">ご契約先管理情報変更</a></p>"),
        false => ("利用者ステータス", ""),
    };
    let meta = format!("<meta name=\"shirushi-status\" content=\"logged-in; serial={}\">", escaped(&holder.serial));
    let body = format!(
        "<p class=\"good\">電子証明書でログインしました。</p>{}\
         <p><a class=\"button\" href=\"/renew\">証明書更新</a></p>{desk}",
        details(holder)
    );
    frame(title, &meta, &body)
}

pub(crate) fn revoked(holder: &Holder) -> String {
    let meta = "<meta name=\"shirushi-status\" content=\"refused; revoked\">";
    let body = format!(
        "<p class=\"bad\">この電子証明書は失効しているため、ご利用いただけません。</p>{}\
         <p>管理者の方に、電子証明書の再発行をご依頼ください。管理者の方は、お取引店へお届けください。</p>",
        details(holder)
    );
    frame("ログインできません", meta, &body)
}

pub(crate) fn expired(holder: &Holder) -> String {
    let meta = "<meta name=\"shirushi-status\" content=\"refused; expired\">";
    let body = format!(
        "<p class=\"bad\">証明書の有効期限満了のエラー。この電子証明書は有効期限が切れています。</p>{}\
         <p>「電子証明書取得ウィザード」で、電子証明書を再取得してください。</p>",
        details(holder)
    );
    frame("ログインできません", meta, &body)
}

pub(crate) fn out_of_order() -> String {
    frame("ただいまご利用いただけません", "", "<p class=\"bad\">しばらくしてから、もう一度お試しください。</p>")
}

/// Nobody can tell today whether the certificate has been revoked.
pub(crate) fn unsure() -> String {
    let meta = "<meta name=\"shirushi-status\" content=\"refused; unsure\">";
    let body = "<p class=\"bad\">電子証明書の有効性を確認できないため、ただいまログインできません。\
                しばらくしてから、もう一度お試しください。</p>";
    frame("ただいまログインできません", meta, body)
}

pub(crate) fn superseded(holder: &Holder) -> String {
    let meta = "<meta name=\"shirushi-status\" content=\"refused; superseded\">";
    let body = format!(
        "<p class=\"bad\">この電子証明書は、新しい電子証明書が発行されたため、ご利用いただけません。</p>{}\
         <p>ブラウザーをいったんすべて閉じ、もう一度ひらいて、新しい電子証明書を選んでください。</p>",
        details(holder)
    );
    frame("ログインできません", meta, &body)
}

pub(crate) fn stranger() -> String {
    frame(
        "ログインできません",
        "<meta name=\"shirushi-status\" content=\"refused; unknown\">",
        "<p class=\"bad\">この電子証明書は、当金庫が発行したものではありません。</p>\
         <p>ブラウザーをいったんすべて閉じ、もう一度ひらいて、別の電子証明書を選んでください。</p>",
    )
}

pub(crate) fn not_found() -> String {
    frame("ページがありません", "", "<p>お探しのページはありません。</p><p><a href=\"/\">トップページへ</a></p>")
}

fn open_the_wizard(verb: &str) -> String {
    format!(
        "<p>電子証明書の{verb}は、このページではなく「電子証明書取得ウィザード」で行います。</p>\
         <ol><li>ご利用になるパソコンで「電子証明書取得ウィザード」をひらきます。</li>\
         <li>画面の案内にしたがって{verb}します。</li>\
         <li>終わりましたら、利用者ログインからログインできることをお確かめください。</li></ol>"
    )
}

fn details(holder: &Holder) -> String {
    format!(
        "<dl><dt>お名前</dt><dd>{}</dd><dt>シリアル番号</dt><dd class=\"serial\">{}</dd>\
         <dt>有効期限</dt><dd>{}</dd></dl>",
        escaped(&holder.name),
        escaped(&holder.grouped_serial()),
        escaped(&holder.expiry)
    )
}

/// Band, head and foot that no page can go without.
pub(crate) fn frame(title: &str, meta: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n{meta}\n\
         <title>{title} - {BANK} {SERVICE}(練習用)</title>\n\
         <link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n\
         <p class=\"band\"><strong>練習用</strong> {NOTICE}</p>\n\
         <header><p class=\"bank\">{BANK}</p><p class=\"service\">{SERVICE}</p></header>\n\
         <main>\n<h1>{title}</h1>\n{body}\n</main>\n\
         <footer>{BANK}は実在しません。練習用電子証明書認証局。</footer>\n</body>\n</html>\n"
    )
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
