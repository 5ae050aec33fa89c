//! The pages of the product with made-up people, numbers and dates.

use std::collections::BTreeMap;

use shirushi::domain::{FieldId, Language, Secret, SecurityLevel};
use shirushi::page::*;

use crate::words::{lines, of, plain, strong};

pub const PAGES: usize = 12;

#[derive(Debug, Clone)]
pub struct State {
    pub entries: BTreeMap<FieldId, Secret>,
    role: usize,
    level: SecurityLevel,
    details: Disclosure,
    revealed: Option<FieldId>,
}

impl Default for State {
    fn default() -> Self {
        let entries = [("contract_id", "7001234567"), ("pin", "12345678"), ("second_pin", "123")];
        let entry = |(id, text): (&str, &str)| (FieldId(id.to_owned()), Secret::new(text));
        Self {
            entries: entries.into_iter().map(entry).collect(),
            role: 0,
            level: SecurityLevel::Medium,
            details: Disclosure::Closed,
            revealed: None,
        }
    }
}

impl State {
    pub fn press(&mut self, control: Control) {
        match control {
            Control::Role(role) => self.role = role,
            Control::Level(level) => self.level = level,
            Control::Reveal(id) => self.revealed = (self.revealed.as_ref() != Some(&id)).then_some(id),
            Control::Details if self.details == Disclosure::Closed => self.details = Disclosure::Open,
            Control::Details => self.details = Disclosure::Closed,
            _ => {}
        }
    }
}

pub fn scene(page: usize, language: Language, state: &State) -> Scene {
    let page = match page {
        0 => start(language, state),
        1 => credentials(language, state),
        2 => credentials_wrong(language, state),
        3 => trust(language),
        4 => security(language, state),
        5 => progress(language),
        6 => install(language),
        7 => complete(language),
        8 => setback(language),
        9 => resume(language),
        10 => telephone(language),
        _ => notices(language),
    };
    Scene { frame: frame(language, page.step.number), page, dialog: None, toast: None }
}

fn frame(l: Language, number: usize) -> Frame {
    let ja = ["はじめに", "本人認証", "接続先の確認", "セキュリティレベル", "発行", "インストール", "完了"];
    let en = ["Start", "Your identity", "Server check", "Security level", "Issue", "Install", "Done"];
    let steps = if l == Language::Japanese { ja } else { en };
    Frame {
        product: of(l, "電子証明書取得ウィザード", "Certificate Wizard"),
        bank: of(l, "れんしゅう信用金庫", "Renshu Shinkin Bank"),
        practice: Some(of(l, "練習用", "Practice")),
        text_size: Button::new(Control::TextSize, of(l, "文字の大きさ", "Text size")).with_icon(Icon::LetterSize),
        language: Button::new(Control::Language, of(l, "English", "日本語")),
        help: Button::new(Control::Help, of(l, "ヘルプ(F1)", "Help (F1)")).with_icon(Icon::Help),
        count: of(l, &format!("手順 {number} / 7"), &format!("Step {number} of 7")),
        steps: steps.map(str::to_owned).to_vec(),
        more_below: of(l, "下に続きがあります", "There is more below"),
    }
}

fn at(number: usize) -> StepMark {
    StepMark { number, state: StepState::Current }
}

fn stopped(number: usize) -> StepMark {
    StepMark { number, state: StepState::Stopped }
}

fn back(l: Language) -> Option<Button> {
    Some(Button::new(Control::Back, of(l, "戻る", "Back")).with_icon(Icon::Back))
}

fn primary(l: Language, ja: &str, en: &str) -> Option<Button> {
    Some(Button::new(Control::Primary, of(l, ja, en)).with_accelerator('Y'))
}

fn second(l: Language, ja: &str, en: &str) -> Option<Button> {
    Some(Button::new(Control::Second, of(l, ja, en)).with_accelerator('N'))
}

fn item(icon: Icon, text: String) -> Item {
    Item { icon, text }
}

fn check(l: Language, ja: &str, en: &str) -> Item {
    item(Icon::CheckCircle, of(l, ja, en))
}

fn row(key: String, lines: Vec<Line>) -> Row {
    Row { key, lines }
}

fn start(l: Language, state: &State) -> Page {
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

fn credentials(l: Language, state: &State) -> Page {
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

fn credentials_wrong(l: Language, state: &State) -> Page {
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

fn trust(l: Language) -> Page {
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

fn security(l: Language, state: &State) -> Page {
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

fn progress(l: Language) -> Page {
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

fn install(l: Language) -> Page {
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

fn complete(l: Language) -> Page {
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

fn setback(l: Language) -> Page {
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

fn resume(l: Language) -> Page {
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

fn telephone(l: Language) -> Page {
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
fn notices(l: Language) -> Page {
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

pub fn dialog(l: Language) -> Dialog {
    Dialog {
        icon: Icon::Lock,
        title: of(l, "いまは|閉じることが|できません", "The window cannot be closed now"),
        lines: lines(
            l,
            "認証局が、|電子証明書を|発行しています。/安全に|閉じられるまで、|もう少し|お待ちください。",
            "Your certificate is being issued./Please wait until it is safe to close.",
        ),
        notice: Some(of(
            l,
            "いま、認証局に申請しています\nふつうは1分ほどで終わります。",
            "Applying to the authority\nIt usually takes about a minute.",
        )),
        second: Button::new(Control::DialogSecond, of(l, "終わったら自動で閉じる", "Close when done")),
        primary: Button::new(Control::DialogPrimary, of(l, "このまま待つ", "Keep waiting")),
    }
}
