//! From the decision on, and when it went wrong.

use shirushi::domain::Language;
use shirushi::page::*;

use super::{at, back, check, primary, row, second, stopped};
use crate::words::{lines, of, plain, strong};

pub fn progress(l: Language) -> Page {
    let step = |(ja, en): (&str, &str), state| ProgressRow {
        name: of(l, ja, en),
        state,
        word: match state {
            ProgressState::Done => of(l, "完了", "Done"),
            ProgressState::Current => of(l, "行っています", "In progress"),
            ProgressState::ToCome => of(l, "これから", "To come"),
        },
    };
    let steps = vec![
        step(("電子証明書の鍵を作る", "Make the key"), ProgressState::Done),
        step(("申請の書類を整える", "Prepare the application"), ProgressState::Done),
        step(("認証局に申請する", "Apply to the authority"), ProgressState::Current),
        step(("電子証明書を受け取る", "Receive the certificate"), ProgressState::ToCome),
        step(("内容を確かめる", "Check it"), ProgressState::ToCome),
    ];
    let guard = lines(
        l,
        "終わるまで、|この画面を|閉じたり|電源を|切ったり|しないでください/もし途中で|切れても、|次に|開いたときに|続きから|始められます。/申請が|二重になることは|ありません。",
        "Do not close this window or switch the PC off until it is done/If it is cut off, you can go on from the same place./Your application will not be made twice.",
    );
    let guard = guard.into_iter().enumerate().map(|(i, text)| if i == 0 { strong(text) } else { plain(text) });
    Page {
        step: at(5),
        title: of(l, "電子証明書を発行しています", "Your certificate is being issued"),
        lead: lines(
            l,
            "このままお待ちください。 ふつうは|1分ほどで|終わります。",
            "Please wait. It usually takes about a minute.",
        ),
        aside: Some(of(l, "経過 12秒", "12 s so far")),
        blocks: vec![Block::Progress(steps), Block::Notice { tone: Tone::Info, lines: guard.collect() }],
        footer: Footer {
            note: Some(of(l, "発行が|終わると、|自動で|次へ|進みます", "The next page comes by itself")),
            ..Footer::default()
        },
        ..Page::default()
    }
}

pub fn install(l: Language) -> Page {
    let rows = vec![
        row(of(l, "名義", "Name"), vec![plain("日の出商事株式会社 利用者 yamada01")]),
        row(
            of(l, "有効期間", "Valid"),
            vec![plain(of(
                l,
                "2026年11月24日(火) から 2027年11月24日(水) まで",
                "Tue 24 November 2026 to Wed 24 November 2027",
            ))],
        ),
        row(
            of(l, "発行者", "Issued by"),
            vec![plain(of(l, "ひので信用金庫 電子証明書認証局", "Hinode Shinkin Bank Certificate Authority"))],
        ),
        row(of(l, "証明書の番号", "Number"), vec![plain("4A1C 09E2 77B0 5D3F")]),
        row(
            of(l, "保管する場所", "Kept in"),
            vec![plain(of(
                l,
                "このパソコンの|「山田 花子」さん専用の|保管場所",
                "The store of “山田 花子” on this PC",
            ))],
        ),
        row(
            of(l, "古い電子証明書", "Old certificate"),
            vec![plain(of(
                l,
                "新しいものが|使えると|分かるまで、|そのまま|残します",
                "Kept until the new one is known to work",
            ))],
        ),
    ];
    let note = lines(
        l,
        "このあと Windows の|確認画面が|出たら、|「許可」または|「はい」を|押してください。/ここで|閉じても、|発行された|電子証明書は|なくなりません。",
        "When Windows asks, press Allow or Yes./If you close now, the certificate is not lost.",
    );
    Page {
        step: at(6),
        title: of(l, "この電子証明書を|インストールしますか", "Install this certificate?"),
        lead: lines(
            l,
            "認証局から|届きました。 名義と|有効期間を|ご確認ください。",
            "It has come from the authority. Check the name and the dates.",
        ),
        blocks: vec![
            Block::Rows(rows),
            Block::List(vec![
                check(l, "このパソコンで|作った|鍵と|一致しています", "It belongs to the key made on this PC"),
                check(
                    l,
                    "ひので信用金庫の|認証局が|発行したものです",
                    "It was issued by Hinode Shinkin Bank's authority",
                ),
            ]),
            Block::Notice { tone: Tone::Info, lines: note.into_iter().map(plain).collect() },
        ],
        footer: Footer {
            second: second(l, "インストールしない", "Do not install"),
            primary: primary(l, "インストールする", "Install"),
            ..Footer::default()
        },
        enter: EnterKey::AfterASecond,
        ..Page::default()
    }
}

pub fn complete(l: Language) -> Page {
    let sealed = SealedCard {
        label: of(l, "有効期限", "Valid until"),
        figure: of(l, "2027年11月24日(水)", "Wed 24 Nov 2027"),
        subject: "日の出商事株式会社 利用者 yamada01".to_owned(),
        checks: vec![
            check(l, "正しく|署名できることを|確かめました", "It signs correctly"),
            check(l, "ログインできることを|確かめました", "The login works"),
        ],
    };
    let next = vec![
        lines(
            l,
            "開いている|ブラウザを|すべて|閉じて、|もう一度|開きます。",
            "Close every browser window and open it again.",
        ),
        lines(l, "新しい|電子証明書で|ログインします。", "Log in with the new certificate."),
    ];
    let renew = lines(
        l,
        "電子証明書は、|毎年|更新が|必要です。/2027年10月25日(月)から|更新できます。",
        "It must be renewed every year./from Mon 25 October 2027.",
    );
    Page {
        step: StepMark { number: 7, state: StepState::Done },
        title: of(l, "電子証明書のインストールが|完了しました", "The certificate has been installed"),
        lead: lines(l, "以前と|同じように、|ログインすることが|できます。", "You can log in as before."),
        blocks: vec![
            Block::Sealed(sealed),
            Block::Columns(
                vec![Block::Heading(of(l, "次にすること", "What to do next")), Block::Numbered(next)],
                vec![Block::Heading(of(l, "来年の更新", "Next year")), Block::Paragraph(renew)],
            ),
        ],
        footer: Footer {
            second: second(l, "控えを保存する", "Save a receipt").map(|button| button.with_icon(Icon::Save)),
            primary: primary(l, "このウィンドウを閉じる", "Close this window"),
            ..Footer::default()
        },
        ..Page::default()
    }
}

pub fn setback(l: Language) -> Page {
    let rows = vec![
        row(
            of(l, "電子証明書", "Certificate"),
            vec![
                strong(of(l, "まだ発行されていません。", "Not issued yet.")),
                plain(of(l, "いまの|電子証明書は、|そのまま|残っています。", "Your present certificate is untouched.")),
            ],
        ),
        row(
            of(l, "もう一度試すと", "Trying again"),
            vec![plain(of(
                l,
                "申請が|二重になることは|ありません。 何度|試しても|大丈夫です。",
                "You will not apply twice; try as often as you like.",
            ))],
        ),
        row(
            of(l, "対応する方", "Who can help"),
            vec![plain(of(l, "お客様ご自身、|または|社内の|パソコン担当の方", "You or your PC staff"))],
        ),
    ];
    let next = vec![
        lines(
            l,
            "ブラウザで、|ほかの|ホームページが|開けるか|お確かめください。",
            "Does another web page open in the browser?",
        ),
        lines(l, "開けたら、|「もう一度接続する」を|押してください。", "If so, press “Connect again”."),
        lines(
            l,
            "それでも|つながらないときは、|次の|番号を|パソコン担当の方に|お伝えください。",
            "If it still fails, give this number to your PC staff.",
        ),
    ];
    let copy = Button::new(Control::Copy, of(l, "内容を写し取る", "Copy")).with_icon(Icon::Copy);
    Page {
        step: stopped(3),
        title: of(l, "認証局に|接続できませんでした", "The authority could not be reached"),
        title_icon: Some(Icon::Error),
        lead: lines(
            l,
            "会社の|ネットワークが、|通信を|止めている|可能性があります。",
            "Your company's network may be blocking it.",
        ),
        blocks: vec![
            Block::Rows(rows),
            Block::Heading(of(l, "次にすること", "What to do next")),
            Block::Numbered(next),
            Block::Inquiry {
                label: of(l, "お問い合わせ番号", "Reference number"), code: "E10-02".to_owned(), copy
            },
        ],
        footer: Footer {
            back: back(l),
            second: second(l, "通信の設定を開く", "Connection settings"),
            primary: primary(l, "もう一度接続する", "Connect again"),
            note: None,
        },
        ..Page::default()
    }
}

pub fn resume(l: Language) -> Page {
    let rows = vec![
        row(
            of(l, "電子証明書", "Certificate"),
            vec![strong(of(l, "発行済みです。 なくなっていません。", "Issued, and not lost."))],
        ),
        row(
            of(l, "前回の操作", "Last action"),
            vec![plain(of(l, "2026年11月24日(火) 10時32分", "Tue 24 November 2026, 10:32"))],
        ),
        row(of(l, "名義", "Name"), vec![plain("日の出商事株式会社 利用者 yamada01")]),
        row(
            of(l, "これからすること", "To do"),
            vec![
                plain(of(l, "インストールだけです。", "Only the installation.")),
                plain(of(l, "番号の|入力も、|申請の|やり直しも|いりません。", "No numbers, no new application.")),
            ],
        ),
    ];
    let note = vec![
        strong(of(l, "このまま続けて大丈夫です", "It is safe to go on")),
        plain(of(l, "続けても、|新しい|申請は|行いません。", "No new application is made.")),
        plain(of(
            l,
            "古い|電子証明書は、|新しいものが|使えると|分かるまで|残します。",
            "The old certificate is kept until the new one is known to work.",
        )),
    ];
    Page {
        step: at(6),
        title: of(l, "前回の続きから始めます", "Go on from where you stopped"),
        lead: lines(
            l,
            "前回の|手続きは、|電子証明書を|受け取った|ところで|止まっています。",
            "Last time it stopped after the certificate had come.",
        ),
        blocks: vec![Block::Rows(rows), Block::Notice { tone: Tone::Success, lines: note }],
        footer: Footer {
            second: second(l, "あとで続ける", "Later"),
            primary: primary(l, "続きから始める", "Go on"),
            ..Footer::default()
        },
        ..Page::default()
    }
}

pub fn telephone(l: Language) -> Page {
    let rows = vec![
        row(
            of(l, "電子証明書", "Certificate"),
            vec![strong(of(l, "まだ申請していません。", "Nothing was applied for."))],
        ),
        row(
            of(l, "ご入力の番号", "Your numbers"),
            vec![plain(of(l, "どこにも|送っていません。 いま|消しました。", "Sent nowhere, now erased."))],
        ),
    ];
    let next = vec![
        lines(
            l,
            "電話を切ります。/相手から|聞いた|番号には、|かけないでください。",
            "Hang up./Do not call a number the caller gave you.",
        ),
        lines(
            l,
            "お客様カードに|書かれた|番号へ、|ご自分で|お電話ください。",
            "Call the number on your card yourself.",
        ),
        lines(
            l,
            "番号を|相手に|伝えてしまったときは、|すぐに|そのことを|お話しください。",
            "If you told them a number, say so at once.",
        ),
    ];
    Page {
        step: stopped(2),
        title: of(l, "電話を切ってください", "Please hang up"),
        title_icon: Some(Icon::StopCall),
        lead: lines(
            l,
            "当金庫が、|電話や|メールで|電子証明書の|更新を|お願いすることは|ありません。/金庫の|職員を|名乗る|電話でも、|詐欺の|おそれがあります。",
            "We never ask by phone or mail to renew a certificate./It may be a fraud even if the caller says they are from the bank.",
        ),
        blocks: vec![
            Block::Rows(rows),
            Block::Heading(of(l, "次にすること", "What to do next")),
            Block::Numbered(next),
        ],
        footer: Footer {
            back: back(l),
            primary: primary(l, "手続きをやめて閉じる", "Stop and close"),
            ..Footer::default()
        },
        ..Page::default()
    }
}

/// What no page of the product shows together.
pub fn notices(l: Language) -> Page {
    let notice = |tone, ja: &str, en: &str| Block::Notice { tone, lines: vec![plain(of(l, ja, en))] };
    let mut busy = primary(l, "確認しています…", "Checking…");
    if let Some(button) = &mut busy {
        button.readiness = Readiness::Busy;
    }
    let stores = ["Firefox", "Chromium"].iter().enumerate().map(|(index, name)| RadioCard {
        control: Control::Store(index),
        title: (*name).to_owned(),
        badge: None,
        lines: vec![of(l, "この|ブラウザで|使います", "used in this browser")],
        picture: None,
        state: if index == 0 {
            ChoiceState::Selected
        } else {
            ChoiceState::Unavailable(of(l, "選べません", "Not available"))
        },
    });
    Page {
        step: at(2),
        title: of(l, "部品の見本", "Samples"),
        blocks: vec![
            notice(Tone::Info, "お知らせ", "Good to know"),
            notice(Tone::Warning, "ご注意", "Take care"),
            notice(Tone::Error, "直すところ", "To be mended"),
            notice(Tone::Success, "大丈夫です", "All is well"),
            Block::Choice { legend: String::new(), arrangement: Arrangement::SideBySide, cards: stores.collect() },
            Block::Paragraph(vec![
                "印のない長い文は、禁則を守って文字のあいだで折り返します。髙島屋﨑ヴァイオリンー「かぎ」を最初に置かない。".to_owned(),
            ]),
        ],
        footer: Footer { back: back(l), primary: busy, ..Footer::default() },
        ..Page::default()
    }
}
