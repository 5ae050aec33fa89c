//! The pages for when it did not work, for the next start and around all others: every code, every state, and no
//! harmful button.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;

use shirushi::{
    domain::{FieldId, Language, Replay, Secret},
    i18n::{Words, plain},
    page::{
        self, Block, Control, Event, Page, StepMark,
        courier::{Carried, Errand},
        resume, setback,
    },
    session::{Answer, Code, Issued, Means, Recovery, Standing, Stopped, Unfinished},
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

// When it did not work

#[test]
fn every_setback_has_one_harmless_button() {
    for facts in every_setback() {
        let mut page = setback(facts.clone());
        let act = page.update(press(Control::Primary)).unwrap();
        let other = page.update(press(Control::Second)).unwrap();
        match facts.issued {
            Issued::No => assert_eq!(other, setback::Action::ToStart),
            // What may be issued is never applied for again from here.
            Issued::Yes => assert!(matches!(act, setback::Action::StoreAgain | setback::Action::Close), "{facts:?}"),
            // Nobody knows what is open: only looking again.
            Issued::Unknown if matches!(facts.code, Code::RecordNewer | Code::RecordDamaged) => {
                assert_eq!(act, setback::Action::TryAgain);
            }
            Issued::Unknown if facts.replay == Replay::Same && facts.answer != Answer::NotBelieved => {
                assert_eq!(act, setback::Action::AskAgain);
            }
            Issued::Unknown => assert_eq!(act, setback::Action::Close, "{facts:?}"),
        }
        if facts.issued != Issued::No {
            assert_eq!(other, setback::Action::Close);
        }
    }
}

#[test]
fn every_code_says_what_happened_whether_issued_who_acts_and_its_number() {
    for words in words() {
        for code in Code::ALL {
            for issued in ISSUED {
                let page = setback(facts(code, issued, Recovery::TryAgain, Replay::Same)).view(&words);
                let Some(Block::Rows(rows)) = page.blocks.first() else { panic!() };
                assert_eq!(rows.len(), 3, "issued, again, who");
                assert!(rows.iter().all(|row| row.lines.iter().all(|line| !line.text.is_empty())));
                assert!(!page.lead.is_empty());
                let steps =
                    page.blocks.iter().any(|block| matches!(block, Block::Numbered(steps) if !steps.is_empty()));
                assert!(steps, "{code:?}");
                assert!(says(&page, &format!("{}-04", code.as_str())));
            }
        }
    }
}

#[test]
fn it_stops_at_the_step_that_said_no() {
    let step = |code| setback(facts(code, Issued::No, Recovery::Close, Replay::Same)).view(&ja()).step.number;
    for code in [Code::WrongNumbers, Code::Locked, Code::NothingToTake, Code::Maintenance, Code::AfterExpiryPassed] {
        assert_eq!(step(code), 2, "{code:?}");
    }
    for code in [Code::Unreachable, Code::NotGenuine, Code::OtherServer] {
        assert_eq!(step(code), 3, "{code:?}");
    }
    assert_eq!(step(Code::BankFailed), 5);
}

#[test]
fn every_code_has_its_own_title() {
    for words in words() {
        let title = |code| setback(facts(code, Issued::No, Recovery::Close, Replay::Same)).view(&words).title;
        let titles: std::collections::BTreeSet<String> = Code::ALL.into_iter().map(title).collect();
        assert_eq!(titles.len(), Code::ALL.len());
    }
}

#[test]
fn a_step_that_names_a_button_names_the_one_that_is_there() {
    for facts in every_setback() {
        let page = setback(facts.clone()).view(&ja());
        let label = plain(&page.footer.primary.clone().unwrap().label);
        let named =
            page.spoken().iter().filter(|line| line.ends_with("を押してください。")).cloned().collect::<Vec<_>>();
        assert!(named.iter().all(|line| line.contains(&label)), "{facts:?}: {named:?} but 「{label}」");
    }
}

#[test]
fn a_lost_answer_writes_the_request_out_where_nobody_may_ask() {
    for replay in REPLAYS {
        let page = setback(facts(Code::AnswerUnknown, Issued::Unknown, Recovery::AskAgain, replay));
        let asks = page.copy_text(&ja()).contains("再発行をお願いいたします");
        assert_eq!(asks, replay != Replay::Same);
        let resumed = resume(replay, Stopped::AnswerUnknown);
        assert_eq!(resumed.copy_text(&ja()).contains("再発行をお願いいたします"), replay != Replay::Same);
    }
}

#[test]
fn nobody_is_sent_to_the_start_again_where_that_could_do_harm() {
    for code in [Code::WrongNumbers, Code::NotAuthorized, Code::Locked, Code::NotGenuine, Code::OtherServer] {
        for recovery in [Recovery::EnterAgain, Recovery::Close] {
            let page = setback(facts(code, Issued::No, recovery, Replay::Same)).view(&ja());
            assert!(!says(&page, "もう一度操作してください"), "{code:?}");
        }
    }
}

#[test]
fn tries_are_only_counted_when_the_bank_counts_them() {
    let known = facts(Code::WrongNumbers, Issued::No, Recovery::EnterAgain, Replay::Same);
    assert!(!says(&setback(known.clone()).view(&ja()), "あと"));
    let told = page::SetbackFacts { tries_left: Some(2), ..known };
    assert!(says(&setback(told).view(&ja()), "あと2回です。"));
}

#[test]
fn what_came_and_was_not_believed_is_told_alike_at_once_and_at_the_next_start() {
    let no_answer = "返事を受け取れませんでした";
    for replay in REPLAYS {
        let told = facts(Code::AnswerNotBelieved, Issued::Unknown, Recovery::Close, replay);
        for text in [setback(told.clone()).copy_text(&ja()), resume(replay, Stopped::NotBelieved).copy_text(&ja())] {
            assert!(text.contains("正しい電子証明書と確かめられませんでした"), "{text}");
            assert!(text.contains("再発行をお願いいたします"), "{text}");
            assert!(!text.contains(no_answer), "an answer came: {text}");
        }
        let unreadable = page::SetbackFacts { answer: Answer::Unreadable, ..told };
        let at_once = setback(unreadable.clone()).view(&ja()).footer.primary;
        let later = resume(replay, Stopped::AnswerUnreadable).view(&ja()).footer.primary;
        assert_eq!(at_once, later, "{replay:?}");
        assert!(!setback(unreadable).copy_text(&ja()).contains(no_answer));
    }
}

// The next start

#[test]
fn every_stop_has_its_page_and_its_act() {
    let act = |replay, stopped| resume(replay, stopped).update(press(Control::Primary)).unwrap();
    let later = Stopped::Waiting { retry_at: Some("2026-11-24T03:00:00Z".parse().unwrap()) };
    assert_eq!(act(Replay::Refuse, Stopped::Received(new_certificate())), resume::Action::GoOn);
    assert_eq!(act(Replay::Refuse, Stopped::Installed(new_certificate())), resume::Action::GoOn);
    assert_eq!(act(Replay::Same, Stopped::AnswerUnknown), resume::Action::AskAgain);
    assert_eq!(act(Replay::Refuse, Stopped::AnswerUnknown), resume::Action::Later);
    assert_eq!(act(Replay::Refuse, Stopped::Waiting { retry_at: None }), resume::Action::AskAgain);
    assert_eq!(act(Replay::Same, later), resume::Action::Later, "never early");
    assert_eq!(act(Replay::Same, Stopped::NotBelieved), resume::Action::Later);
    let over = Stopped::OutOfDate { here: now(), from: now(), until: now() };
    assert_eq!(act(Replay::Refuse, over), resume::Action::LookAgain, "the clock can be set");
}

#[test]
fn a_renewal_goes_on_without_a_number_and_never_speaks_of_one() {
    let waiting = Stopped::Waiting { retry_at: Some(now() + jiff::SignedDuration::from_hours(1)) };
    for stopped in [Stopped::AnswerUnknown, Stopped::AnswerUnreadable, waiting] {
        let view = resume_renewal(Replay::Same, stopped).view(&ja());
        assert!(says(&view, "更新の続きから始めます") && says(&view, "番号の入力はいりません。"), "{view:?}");
        assert!(!says(&view, "番号をもう一度入力") && !says(&view, "番号を入力して"), "{view:?}");
    }
    let refused = resume_renewal(Replay::Refuse, Stopped::AnswerUnknown).view(&ja());
    assert!(says(&refused, "電子証明書の更新中に"), "{refused:?}");
}

#[test]
fn applying_anew_is_asked_about_and_is_never_the_filled_button() {
    let mut page = resume(Replay::Refuse, Stopped::AnswerUnknown);
    assert_eq!(page.update(press(Control::Second)), None);
    assert!(page.dialog(&ja()).is_some());
    assert_eq!(page.update(press(Control::DialogPrimary)), None);
    assert!(page.dialog(&ja()).is_none());
    page.update(press(Control::Second));
    assert_eq!(page.update(press(Control::DialogSecond)), Some(resume::Action::ApplyAnew));
}

#[test]
fn what_the_bank_keeps_asks_for_the_pin_and_for_nothing_else() {
    let id = || FieldId("pickup_pin".to_owned());
    for stopped in every_pickup() {
        let mut page = resume_pickup(Replay::Same, stopped.clone());
        assert!(says(&page.view(&ja()), "R-204817-07"), "{stopped:?}");
        let asks = match stopped {
            Stopped::Registered { retry_at, .. } => retry_at.is_none(),
            _ => matches!(stopped, Stopped::PickupUnknown { .. }),
        };
        if !asks {
            assert_eq!(page.update(press(Control::Primary)), Some(resume::Action::Later), "{stopped:?}");
            continue;
        }
        assert_eq!(page.update(press(Control::Primary)), None, "an empty field is told");
        assert!(says(&page.view(&ja()), "＊受取用PINをご入力ください。"));
        page.update(Event::Edited(id(), Secret::new(" １２３４５６ ")));
        page.update(Event::Left(id()));
        assert_eq!(page.update(press(Control::Primary)), Some(resume::Action::PickUp(Secret::new("123456"))));
        assert!(page.holds_nothing(), "it has left the page");
        assert_eq!(page.update(press(Control::ApplyAnew)), None);
        assert!(page.dialog(&ja()).is_some(), "giving up is asked about: {stopped:?}");
    }
}

/// The bank keeps the application: nobody is sent to ask for 再発行, and nothing is promised that only an answer tells.
#[test]
fn a_refused_pin_never_ends_in_a_request_for_another_certificate() {
    for facts in refused_pickups() {
        let is_open = matches!(facts.code, Code::AnswerUnknown | Code::BankFailed);
        let view = setback(facts.clone()).view(&ja());
        let asked = says(&view, "再発行のお願い文");
        assert_eq!(asked, is_open && facts.replay == Replay::Refuse, "{facts:?}");
        assert_eq!(says(&view, "認証局が預かったままです"), !is_open, "{facts:?}");
    }
}

/// Nothing was lost while the authority prepares, whatever stops the question about it: the next start asks again.
#[test]
fn what_the_bank_prepares_is_never_called_lost() {
    for facts in unhurt_setbacks(Standing::Waiting) {
        let mut page = setback(facts.clone());
        let view = page.view(&ja());
        assert!(!says(&view, "再発行のお願い文"), "{facts:?}");
        let kept = if facts.means == Means::Pin {
            "認証局が預かったままです"
        } else {
            "続きから確かめられます"
        };
        assert!(says(&view, kept), "{facts:?}");
        let act = match facts.recovery {
            Recovery::Close => setback::Action::Close,
            _ => setback::Action::AskAgain,
        };
        assert_eq!(page.update(press(Control::Primary)), Some(act), "{facts:?}");
    }
}

#[test]
fn what_is_on_disk_is_neither_called_lost_nor_still_with_the_bank() {
    for facts in unhurt_setbacks(Standing::Arrived) {
        let view = setback(facts.clone()).view(&ja());
        assert!(!says(&view, "再発行のお願い文") && !says(&view, "預かったまま"), "{facts:?}");
        assert!(says(&view, "止まったところからやり直します"), "{facts:?}");
    }
}

/// The PIN has left, and no line of the journal says what came of it.
#[test]
fn a_pin_whose_answer_was_lost_is_not_said_to_be_still_with_the_bank() {
    for facts in unhurt_setbacks(Standing::Other) {
        let view = setback(facts.clone()).view(&ja());
        assert!(!says(&view, "預かったまま"), "{facts:?}");
        assert_eq!(says(&view, "再発行のお願い文"), facts.replay == Replay::Refuse, "{facts:?}");
    }
}

/// Where a PIN asks again there is no button that finds out.
#[test]
fn a_row_names_no_button_that_is_not_there() {
    let named = ["発行されたか確かめる", "Find out whether it was issued"];
    for (words, find_out) in words().into_iter().zip(named) {
        for code in [Code::AnswerUnknown, Code::BankFailed, Code::AnswerNotBelieved] {
            for means in [Means::Numbers, Means::Pin] {
                let known = facts(code, Issued::Unknown, Recovery::AskAgain, Replay::Same);
                let view = setback(page::SetbackFacts { means, answer: Answer::Unreadable, ..known }).view(&words);
                let label = plain(&view.footer.primary.clone().unwrap().label);
                assert_eq!(says(&view, find_out), label == find_out, "{code:?} {means:?}");
            }
        }
    }
}

/// Whatever the authority's rule is: a request is out, its key is here, and no certificate has come.
#[test]
fn a_file_can_be_taken_in_wherever_an_answer_is_open_and_nowhere_else() {
    let import = || press(Control::Carry(Carried::Certificate));
    for replay in REPLAYS {
        for stopped in every_stop() {
            let has_come = matches!(stopped, Stopped::Received(_) | Stopped::Installed(_) | Stopped::OutOfDate { .. });
            let is_open = !has_come;
            for mut page in [resume(replay, stopped.clone()), resume_renewal(replay, stopped.clone())] {
                let ask = Some(resume::Action::Carry(Errand::Ask(Carried::Certificate)));
                // By a link, or by the filled button.
                let offered =
                    offers(&page, Carried::Certificate) || page.clone().update(press(Control::Primary)) == ask;
                let taken = page.update(import()) == ask;
                assert_eq!((offered, taken), (is_open, is_open), "{replay:?} {stopped:?}");
            }
        }
    }
    for facts in every_setback() {
        let out = [Code::AnswerUnknown, Code::BankFailed, Code::AnswerNotBelieved, Code::StillWaiting];
        let is_open = facts.issued == Issued::Unknown && out.contains(&facts.code);
        let mut page = setback(facts.clone());
        let offered = page.view(&ja()).controls().contains(&Control::Carry(Carried::Certificate));
        let taken = page.update(import()) == Some(setback::Action::Import);
        assert_eq!((offered, taken), (is_open, is_open), "{facts:?}");
    }
    let mut pending = page::Pending::new(None, tokyo());
    assert_eq!(pending.update(import()), Some(page::pending::Action::Carry(Errand::Ask(Carried::Certificate))));
    assert_eq!(pending.update(import()), None, "one dialog is enough");
}

/// By a link, beside the filled button.
fn offers(page: &page::Resume, carried: Carried) -> bool {
    page.view(&ja()).controls().contains(&Control::Carry(carried))
}

/// Handed in twice, a request could make two certificates: where a network takes it, nobody is asked to carry it.
#[test]
fn a_request_is_only_saved_where_it_goes_by_hand() {
    for replay in REPLAYS {
        for stopped in every_stop() {
            let by_hand = matches!(stopped, Stopped::HandedOut);
            let mut page = resume(replay, stopped);
            assert_eq!(offers(&page, Carried::Request), by_hand);
            assert_eq!(page.update(press(Control::Carry(Carried::Request))).is_some(), by_hand);
        }
    }
}

#[test]
fn by_hand_the_filled_button_is_what_comes_next() {
    let act = |page: &mut page::Resume| page.update(press(Control::Primary));
    let ask = |carried| Some(resume::Action::Carry(Errand::Ask(carried)));
    let waiting = resume(Replay::Unknown, Stopped::HandedOut);
    let mut fresh = waiting.clone().just_drafted();
    assert!(!offers(&fresh, Carried::Request) && offers(&fresh, Carried::Certificate), "nothing stands there twice");
    assert_eq!(act(&mut fresh), ask(Carried::Request), "nobody has it yet");
    fresh.courier().saved("/home/yamada/a.csr".into());
    assert!(offers(&fresh, Carried::Request) && !offers(&fresh, Carried::Certificate));
    assert_eq!(act(&mut fresh), ask(Carried::Certificate));
    assert_eq!(act(&mut waiting.clone()), ask(Carried::Certificate));
}

/// Nothing else is heard while a file is read or written.
#[test]
fn a_page_that_takes_a_file_in_takes_nothing_else() {
    let mut page = resume(Replay::Refuse, Stopped::AnswerUnknown);
    page.courier().begin();
    for control in [Control::Primary, Control::Second, Control::Copy, Control::Carry(Carried::Certificate)] {
        assert_eq!(page.update(press(control)), None);
    }
    assert!(page.dialog(&ja()).is_none());
    page.courier().missed(Carried::Certificate, "/home/yamada/a.cer".as_ref(), page::courier::Mishap::OtherKey);
    assert!(says(&page.view(&ja()), "何も変わっていません。"));
    assert_eq!(page.update(press(Control::Back)), None);
    assert_eq!(page.update(press(Control::Primary)), Some(resume::Action::Later));
}

// Around every page

/// Heading, four rows, and then what is the same everywhere.
fn about_the_page(topic: page::Topic, words: &Words) -> Vec<String> {
    let help = page::Help::new(Arc::new(profile()), topic, StepMark::default(), page::help::Hands::Window);
    let rows = help.view(words).blocks.into_iter().find_map(|block| match block {
        Block::Rows(rows) => Some(rows),
        _ => None,
    });
    rows.unwrap().into_iter().map(|row| row.lines.into_iter().map(|line| line.text).collect::<String>()).collect()
}

#[test]
fn the_help_of_every_page_says_four_things_of_its_own() {
    for words in [Words::new(Language::Japanese), Words::new(Language::English)] {
        let all: Vec<Vec<String>> = page::Topic::ALL.iter().map(|topic| about_the_page(*topic, &words)).collect();
        for (index, said) in all.iter().enumerate() {
            assert_eq!(said.len(), 4, "{:?}", page::Topic::ALL[index]);
            assert!(said.iter().all(|text| !text.is_empty()), "{:?}", page::Topic::ALL[index]);
            let again = all.iter().skip(index + 1).any(|other| other[0] == said[0]);
            assert!(!again, "{:?} is told like another page", page::Topic::ALL[index]);
        }
    }
}

/// The keys of a window mean nothing at a terminal.
#[test]
fn the_help_at_a_terminal_lists_what_can_be_typed_there() {
    let of = |hands| {
        let help = page::Help::new(Arc::new(profile()), page::Topic::Login, StepMark::default(), hands);
        help.view(&Words::new(Language::Japanese)).spoken().join("\n")
    };
    let (window, terminal) = (of(page::help::Hands::Window), of(page::help::Hands::Terminal));
    for key in ["Tab", "F1", "Space", "Alt", "Esc", "Ctrl + −", "ソフトウェアキーボード"] {
        assert!(window.contains(key) && !terminal.contains(key), "{key}: {terminal}");
    }
    assert!(terminal.contains("q と同じです") && !window.contains("q と同じです"), "{terminal}");
}

#[test]
fn help_closes_with_its_button() {
    let mut page =
        page::Help::new(Arc::new(profile()), page::Topic::Login, StepMark::default(), page::help::Hands::Window);
    assert_eq!(page.update(press(Control::Primary)), Some(page::help::Action::Close));
    assert_eq!(page.update(press(Control::Back)), None);
}

#[test]
fn the_frame_names_seven_steps() {
    let frame = page::frame(&profile(), StepMark::default(), &ja());
    assert_eq!(frame.steps.len(), 7);
    assert_eq!(plain(&frame.count), "手順 1 / 7");
    assert_eq!(frame.practice.as_deref(), Some("練習用"));
    assert_eq!(frame.steps[0], "利用者ログイン");
}

#[test]
fn a_pick_up_that_is_over_is_told_by_the_code_that_the_bank_has_said() {
    for (code, title) in [(Code::PickupExpired, "期間を過ぎています"), (Code::AfterExpiryPassed, "窓口")] {
        let page = resume_pickup(Replay::Same, Stopped::PickupExpired { reference: reference(), code });
        let text = page.copy_text(&ja()).replace('\u{200B}', "");
        assert!(text.contains(title) && text.contains(code.as_str()), "{code:?}: {text}");
    }
}

/// A newer profile without the table: nobody is told to type what there is no field for.
#[test]
fn where_the_door_for_the_pin_is_gone_nobody_is_sent_to_it() {
    for stopped in every_pickup() {
        let unfinished = Unfinished { means: Means::Pin, ..unfinished(stopped) };
        let page = page::Resume::new(profile_with(Replay::Same), unfinished, now(), tokyo());
        for words in words() {
            let view = page.view(&words);
            assert!(view.lead.iter().all(|line| !line.contains("入力") && !line.contains("Enter")), "{view:?}");
            assert!(says(&view, reference().as_str()), "{view:?}");
            let keys = view.blocks.iter().filter_map(|block| match block {
                Block::Rows(rows) => Some(rows),
                _ => None,
            });
            assert!(keys.flatten().all(|row| !row.key.is_empty()), "{view:?}");
        }
    }
}
