//! Up to the decision.

use shirushi::domain::{FieldId, Language, SecurityLevel};
use shirushi::page::*;

use super::{State, at, back, check, item, primary, row, second};
use crate::words::{lines, of, plain, strong};

pub fn start(l: Language, state: &State) -> Page {
    let found = FoundCard {
        title: of(l, "利用者の電子証明書", "User's certificate"),
        subject: "日の出商事株式会社 yamada01".to_owned(),
        expiry_label: of(l, "有効期限", "Valid until"),
        expiry: of(l, "2026年11月20日(金)", "Fri 20 November 2026"),
        badge: Some(Badge { tone: Tone::Error, text: of(l, "4日前に切れました", "Ended 4 days ago") }),
    };
    let role = |index: usize, title: String, text: String| RadioCard {
        control: Control::Role(index),
        title,
        badge: None,
        lines: vec![text],
        picture: None,
        state: if state.role == index { ChoiceState::Selected } else { ChoiceState::Free },
    };
    let question = of(l, "どなたの電子証明書ですか", "Whose certificate is it?");
    let roles = vec![
        role(0, of(l, "利用者", "User"), of(l, "日々のお取引をする方", "makes the daily transactions")),
        role(1, of(l, "管理者", "Administrator"), of(l, "利用者を登録・変更する方", "registers and changes users")),
    ];
    let have = vec![
        item(Icon::Person, of(l, "契約者ID(利用者番号)と利用者ID", "contract ID (user number) and user ID")),
        item(Icon::Key, of(l, "利用者暗証番号と|利用者確認暗証番号", "user PIN and user confirmation PIN")),
        item(Icon::Clock, of(l, "3分ほどのお時間", "about 3 minutes")),
    ];
    let ready = vec![
        check(l, "認証局に接続できます", "The certificate authority can be reached"),
        check(l, "電子証明書を保管できます", "The certificate can be stored"),
        check(l, "日付と時刻は合っています", "Date and time are right"),
    ];
    Page {
        step: at(1),
        title: of(l, "電子証明書を再取得します", "Get your certificate again"),
        lead: lines(
            l,
            "このパソコンの|電子証明書は、|有効期限が|切れています。/再取得すると、|以前と|同じように|ログインできます。",
            "The certificate on this PC has expired./Get it again and you can log in as before.",
        ),
        blocks: vec![
            Block::Found(found),
            Block::Heading(question.clone()),
            Block::Choice { legend: question, arrangement: Arrangement::SideBySide, cards: roles },
            Block::Columns(
                vec![Block::Heading(of(l, "お手元にご用意ください", "Please have ready")), Block::List(have)],
                vec![Block::Heading(of(l, "パソコンの準備", "This PC")), Block::List(ready)],
            ),
        ],
        footer: Footer { primary: primary(l, "再取得をはじめる", "Start"), ..Footer::default() },
        ..Page::default()
    }
}

fn field(l: Language, state: &State, id: &str, (ja, en): (&str, &str), (s_ja, s_en): (&str, &str)) -> FieldModel {
    let id = FieldId(id.to_owned());
    let masking = match id.0.contains("pin") {
        false => Masking::Never,
        true if state.revealed.as_ref() == Some(&id) => {
            Masking::Shown(Button::new(Control::Reveal(id.clone()), of(l, "番号を隠す", "Hide the number")))
        }
        true => Masking::Hidden(Button::new(Control::Reveal(id.clone()), of(l, "番号を表示する", "Show the number"))),
    };
    FieldModel {
        entry: state.entries.get(&id).cloned().unwrap_or_default(),
        id,
        label: of(l, ja, en),
        required: of(l, "※必須", "Required"),
        support: of(l, s_ja, s_en),
        masking,
        error: None,
        mend: None,
        note: None,
    }
}

fn four_fields(l: Language, s: &State) -> Vec<FieldModel> {
    vec![
        field(
            l,
            s,
            "contract_id",
            ("契約者ID(利用者番号)", "Contract ID (user number)"),
            ("お客様カードに|書かれています", "It is on your customer card"),
        ),
        field(l, s, "user_id", ("利用者ID", "User ID"), ("ログインのときに|使うIDです", "The one you log in with")),
        field(
            l,
            s,
            "pin",
            ("利用者暗証番号", "User PIN"),
            ("ログインのときと|同じ番号です", "The same as when you log in"),
        ),
        field(
            l,
            s,
            "second_pin",
            ("利用者確認暗証番号", "User confirmation PIN"),
            ("取得のときだけ|使う番号です", "Only used to get a certificate"),
        ),
    ]
}

pub fn credentials(l: Language, state: &State) -> Page {
    let sign = vec![
        strong(of(
            l,
            "いま、|電話で|指示を|受けながら|操作していませんか",
            "Is someone telling you on the phone what to do?",
        )),
        plain(of(l, "当金庫が|電話で|更新を|お願いすることは|ありません。", "We never ask you by phone to renew.")),
    ];
    let yes = Button::new(Control::Telephone, of(l, "はい、受けています", "Yes, someone is"));
    let note = of(
        l,
        "電子証明書の|取得は、|インターネットバンキングを|ご利用になる|パソコンで|行ってください。",
        "Get the certificate on the PC that you use for internet banking.",
    );
    Page {
        step: at(2),
        title: of(l, "ご本人の確認をします", "Please confirm who you are"),
        lead: lines(
            l,
            "認証局に|申請するための|番号を、|ご入力ください。",
            "Enter the numbers for your application to the certificate authority.",
        ),
        blocks: vec![
            Block::StopSign { lines: sign, link: yes },
            Block::Fields(four_fields(l, state)),
            Block::Notice { tone: Tone::Info, lines: vec![plain(note)] },
        ],
        footer: Footer {
            back: back(l),
            primary: primary(l, "電子証明書取得", "Get the certificate"),
            note: Some(of(l, "この時点では|まだ送信されません", "Nothing is sent yet")),
            ..Footer::default()
        },
        ..Page::default()
    }
}

pub fn credentials_wrong(l: Language, state: &State) -> Page {
    let mut page = credentials(l, state);
    page.title = of(l, "番号をご確認ください", "Please check the numbers");
    for block in &mut page.blocks {
        let Block::Fields(fields) = block else { continue };
        fields[0].error = Some(of(
            l,
            "＊契約者IDと|利用者IDが|入れ替わっていませんか。",
            "* Have contract ID and user ID been swapped?",
        ));
        fields[0].mend = Some(Button::new(Control::Swap, of(l, "入れ替える", "Swap them")));
        fields[1].error = Some(of(l, "＊利用者IDを|ご入力ください。", "* Enter User ID."));
        fields[3].note = Some(of(l, "大文字の入力(Caps Lock)に|なっています。", "Caps Lock is on."));
    }
    page
}

pub fn trust(l: Language) -> Page {
    let server = ServerCard {
        name: of(l, "ひので信用金庫 電子証明書認証局", "Hinode Shinkin Bank Certificate Authority"),
        address_label: of(l, "接続先の住所(URL)", "Address (URL)"),
        address: Address {
            before_host: "https://".to_owned(),
            host: "ra.hinode-shinkin.example".to_owned(),
            after_host: "/sscm//client/userEnrollMS.htm?b_c=1885&c_e=1&a_u=1".to_owned(),
        },
        checks: vec![
            check(
                l,
                "ひので信用金庫が|定めた|接続先と|一致しています",
                "It is the address that Hinode Shinkin Bank has set",
            ),
            check(l, "接続先が|本物であることを|確かめました", "It has proved that it is the real one"),
            check(l, "通信は|暗号化されています", "The connection is encrypted"),
        ],
    };
    let will = vec![
        item(
            Icon::Key,
            of(l, "このパソコンの|中に、|電子証明書の|鍵を|作ります", "Make the key of the certificate inside this PC"),
        ),
        item(
            Icon::Network,
            of(l, "ご入力の|番号を、|この認証局だけに|送ります", "Send the numbers you entered to this authority only"),
        ),
        item(
            Icon::Certificate,
            of(
                l,
                "電子証明書を|受け取り、|保管する|前に|お見せします",
                "Receive the certificate and show it to you before it is stored",
            ),
        ),
    ];
    Page {
        step: at(3),
        title: of(l, "接続先をご確認ください", "Please check who is asking"),
        lead: lines(
            l,
            "次の|認証局が、|電子証明書の|手続きを|行おうと|しています。",
            "This certificate authority wants to handle your certificate.",
        ),
        blocks: vec![
            Block::Server(server),
            Block::Heading(of(
                l,
                "許可すると、|お客様に|代わって|次のことを|行います",
                "If you allow it, the wizard will do this for you",
            )),
            Block::List(will),
        ],
        footer: Footer {
            back: back(l),
            second: second(l, "許可しない", "Do not allow"),
            primary: primary(l, "許可して次へ", "Allow and continue"),
            note: None,
        },
        enter: EnterKey::AfterASecond,
        ..Page::default()
    }
}

pub fn security(l: Language, state: &State) -> Page {
    let chosen = |level| if state.level == level { ChoiceState::Selected } else { ChoiceState::Free };
    let cards = vec![
        RadioCard {
            control: Control::Level(SecurityLevel::Medium),
            title: of(l, "中", "Medium"),
            badge: Some(Badge { tone: Tone::Info, text: of(l, "おすすめ", "Recommended") }),
            lines: lines(
                l,
                "ログインのたびに、|小さな|確認画面が|出ます。/「許可」を|押すだけです。",
                "A small window asks at every login./You only press “Allow”.",
            ),
            picture: Some(Icon::LaterAsk),
            state: chosen(SecurityLevel::Medium),
        },
        RadioCard {
            control: Control::Level(SecurityLevel::High),
            title: of(l, "高", "High"),
            badge: None,
            lines: lines(
                l,
                "ログインのたびに、|パスワードを|尋ねられます。/忘れてしまうと、|再発行が|必要です。",
                "A password is asked at every login./If you forget it, it must be issued again.",
            ),
            picture: Some(Icon::LaterPassword),
            state: chosen(SecurityLevel::High),
        },
        RadioCard {
            control: Control::Level(SecurityLevel::Low),
            title: of(l, "低", "Low"),
            badge: None,
            lines: lines(
                l,
                "確認画面は|出ません。/ひので信用金庫では、|「中」または|「高」を|お選びいただきます。",
                "Nothing is asked./Hinode Shinkin Bank requires Medium or High.",
            ),
            picture: Some(Icon::LaterNone),
            state: ChoiceState::Unavailable(of(l, "選べません", "Not available")),
        },
    ];
    let rows = vec![
        row(of(l, "方式", "Method"), vec![plain(of(l, "RSA 2048ビット", "RSA 2048 bit"))]),
        row(of(l, "保管する場所", "Kept in"), vec![plain(of(l, "Firefox の保管場所", "the store of Firefox"))]),
    ];
    let details = Button::new(Control::Details, of(l, "くわしい設定を見る", "Details"))
        .with_icon(Icon::Down)
        .with_accelerator('D');
    let title = of(l, "セキュリティレベルを|選んでください", "Choose the security level");
    let note = lines(
        l,
        "「電子証明書を発行する」を|押すと、|発行が|始まります。/始まったあとは、|前の画面に|戻ることも、|レベルを|変えることも|できません。",
        "“Issue the certificate” starts it./After that you cannot go back or change the level.",
    );
    Page {
        step: at(4),
        title: title.clone(),
        lead: lines(
            l,
            "これから|電子証明書を|使うときの、|このパソコンの|動きが|変わります。",
            "It changes what this PC does when you use the certificate.",
        ),
        blocks: vec![
            Block::Choice { legend: title, arrangement: Arrangement::Stacked, cards },
            Block::Disclosure { button: details, open: state.details, rows },
            Block::Notice { tone: Tone::Warning, lines: note.into_iter().map(plain).collect() },
        ],
        footer: Footer {
            back: back(l),
            primary: primary(l, "電子証明書を発行する", "Issue the certificate"),
            ..Footer::default()
        },
        enter: EnterKey::AfterASecond,
        ..Page::default()
    }
}
