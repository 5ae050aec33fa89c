//! The world of one enrollment: who is in it, what each may do, and what the model remembers of it.

use shirushi::domain::Replay;

use crate::grammar::{Answer, Record, Stage, Word};

/// What is fixed for one exploration.
#[derive(Debug, Clone, Copy)]
pub struct World {
    pub replay: Replay,
    pub road: Road,
    /// How many things may go wrong on the way.
    pub misfortunes: u8,
    /// How often somebody begins anew.
    pub clicks: u8,
    pub plant: Option<Plant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Road {
    Numbers,
    /// 更新, with the certificate that is renewed.
    Renewal,
    ByHand,
}

/// As often as a 202 may be answered.
pub const MOST_POLLS: u8 = 2;

/// What is wrong with a program, to see that the check sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Plant {
    CreatesBeforeIntent,
    SendsBeforeSubmitting,
    AsksByItselfAtTheStart,
    AsksWhereItMayDouble,
    ForgetsAnAnswerThatItCannotJudge,
    DestroysBeforeAbandoned,
    LeavesKeysBehind,
    TakesTheOldOneAway,
    ShowsNothingForRejected,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    pub program: Program,
    /// In the order of their last lines.
    pub records: Vec<Record>,
    /// By label.
    pub keys: Vec<Key>,
    /// Certificates that the bank has issued for each label's request, and whether one is for its key.
    pub issued: Vec<u8>,
    pub ours: Vec<bool>,
    pub old: Old,
    /// A click, or a 202 and its time, that no request has used up.
    pub consent: bool,
    pub clicks: u8,
    pub misfortunes: u8,
    /// The first promise that was broken by an act.
    pub broken: Option<Promise>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    None,
    Here,
    WithCertificate,
}

/// The certificate in use before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Old {
    InUse,
    Gone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Promise {
    OneCertificateForOneClick,
    NoPostWithoutAClick,
    SubmittingBeforeTheFirstByte,
    NoAnswerLost,
    NoKeyWithoutAName,
    NoKeyDestroyedUnlessAbandoned,
    TheOldOneStays,
    OneIsOpen,
    TheGrammarIsKept,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Program {
    Off,
    Page(Page),
    /// At work: this call comes next.
    Next(Step),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Page {
    Login,
    /// Server and level are agreed: the next click sends. With the earlier request that is asked for again.
    Ready(Option<u8>),
    Resume(Stopped, u8),
    Waiting(u8),
    Install(u8),
    Complete(u8),
    Stuck(Stuck),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stopped {
    AnswerUnknown,
    AnswerUnreadable,
    Waiting,
    HandedOut,
    Received,
    Installed,
    NotBelieved,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stuck {
    Over,
    Applicant(Option<u8>),
    Answered(u8, Answer),
    Received(u8),
}

/// The call that comes next, and for what.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    FindOld(Option<u8>),
    Intent(u8),
    Create(u8),
    KeyMade(u8),
    Sign(u8),
    CsrReady(u8),
    HandOut(u8),
    OpenAgain(u8),
    SignAgain(u8),
    Connect(u8, Run),
    Submitting(u8, Run),
    Send(u8, Run),
    /// Nothing left, and the journal learns it.
    NotSent(u8, Run),
    Refused(u8),
    Unknown(u8),
    Pending(u8),
    Keep(u8, Answer),
    Judge(u8, Answer),
    LetGo(u8, Then),
    LetKeyGo(u8, Then),
    Tidy(Vec<u8>),
    TidyLook(Vec<u8>),
    TidyKey(Vec<u8>),
    Reread(u8, Answer),
    Put(u8),
    OpenPut(u8),
    Installed(u8),
    Prove(u8),
    /// In the second scheme.
    ProveMore(u8),
    Proven(u8),
    Done(u8),
    GiveUp(u8),
    GiveKeyUp(u8),
}

/// Whether a request is the first from here, or one more on the page that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Run {
    Clicked,
    Polled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Then {
    /// The same applicant may begin anew.
    Applicant,
    /// The same, who goes on with this record when it could not be closed.
    Unsent,
    Over,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    User(User),
    Call(Call, Luck),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum User {
    Start,
    /// The numbers, はい, and the level page.
    Enter,
    /// いいえ, or back.
    Withdraw,
    /// 「この内容で発行を申し込む」
    Click,
    AskAgain,
    Poll,
    Import,
    GoOn,
    Install,
    Discard,
    ApplyAnew,
    KeepAgain,
    Close,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Call {
    Write(Word),
    Create,
    Open,
    Sign,
    Install,
    Destroy,
    Keys,
    Connect,
    Send,
}

/// How a call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Luck {
    Fine,
    /// Nothing was done.
    Fails,
    /// Done, and the answer is lost.
    Lost,
    KilledBefore,
    KilledAfter,
    Said(Reply),
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reply {
    /// The connection ended before its first byte.
    NotWritten,
    NeverArrives,
    Issued,
    IssuedAndLost,
    IssuedAndGarbled,
    /// For another key: a mistake of the CA's.
    IssuedForAnother,
    Later,
    Refused,
    Failed,
    KilledBefore,
    KilledWhenIssued,
}

impl State {
    pub fn new(world: &World) -> Self {
        Self {
            program: Program::Off,
            records: Vec::new(),
            keys: vec![Key::None; usize::from(world.clicks)],
            issued: vec![0; usize::from(world.clicks)],
            ours: vec![false; usize::from(world.clicks)],
            old: Old::InUse,
            consent: false,
            clicks: world.clicks,
            misfortunes: world.misfortunes,
            broken: None,
        }
    }

    pub fn record(&self, label: u8) -> Option<&Record> {
        self.records.iter().find(|record| record.label == label)
    }

    pub fn stage(&self, label: u8) -> Option<Stage> {
        self.record(label).map(|record| record.stage)
    }

    pub fn open(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(|record| record.is_open())
    }

    pub fn breaks(&mut self, promise: Promise) {
        self.broken.get_or_insert(promise);
    }

    /// The line is on the disk.
    pub fn write(&mut self, label: u8, word: Word) {
        let Some(at) = self.records.iter().position(|record| record.label == label) else {
            match word {
                Word::Intent => return self.records.push(Record::begun(label)),
                _ => return self.breaks(Promise::TheGrammarIsKept),
            }
        };
        match self.records[at].after(word) {
            Some(moved) => {
                if self.records[at].kept == Some(Answer::Good) && moved.kept != Some(Answer::Good) {
                    self.breaks(Promise::NoAnswerLost);
                }
                self.records.remove(at);
                self.records.push(moved);
            }
            None => self.breaks(Promise::TheGrammarIsKept),
        }
    }
}
