//! The journal as the model knows it: which word may follow which. Written a second time, from the drawing in
//! ARCHITECTURE.md and not from the code.

/// Where a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    Intent,
    KeyMade,
    CsrReady,
    Submitting,
    Refused,
    Pending,
    Unknown,
    Answer,
    Rejected,
    Validated,
    Installed,
    Proven,
    Done,
    Abandoned,
}

/// What an answer is, before anybody has read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Answer {
    /// The certificate that was asked for.
    Good,
    /// No certificate can be read from it.
    Garbage,
    /// A certificate for another key.
    Wrong,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Word {
    KeyMade,
    CsrReady,
    HandedOut,
    Submitting,
    /// With another number than the next one.
    SubmittingOutOfTurn,
    NotSent,
    Refused,
    Pending,
    Unknown,
    Answer(Answer),
    Rejected,
    Validated,
    Installed,
    Proven,
    Done,
    Abandoned,
    Shrunk,
    /// A second beginning.
    Intent,
}

pub const WORDS: [Word; 20] = [
    Word::KeyMade,
    Word::CsrReady,
    Word::HandedOut,
    Word::Submitting,
    Word::SubmittingOutOfTurn,
    Word::NotSent,
    Word::Refused,
    Word::Pending,
    Word::Unknown,
    Word::Answer(Answer::Good),
    Word::Answer(Answer::Garbage),
    Word::Answer(Answer::Wrong),
    Word::Rejected,
    Word::Validated,
    Word::Installed,
    Word::Proven,
    Word::Done,
    Word::Abandoned,
    Word::Shrunk,
    Word::Intent,
];

/// One enrollment on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Record {
    pub label: u8,
    pub stage: Stage,
    pub attempts: u8,
    /// Where the request in flight came from.
    pub before: Option<Stage>,
    pub kept: Option<Answer>,
    pub by_hand: bool,
    /// The user has confirmed it twice.
    pub given_up: bool,
}

impl Record {
    pub fn begun(label: u8) -> Self {
        let stage = Stage::Intent;
        Self { label, stage, attempts: 0, before: None, kept: None, by_hand: false, given_up: false }
    }

    pub fn is_finished(&self) -> bool {
        matches!(self.stage, Stage::Done | Stage::Abandoned)
    }

    /// Nothing is out and nothing has come.
    pub fn is_harmless(&self) -> bool {
        matches!(self.stage, Stage::Intent | Stage::KeyMade | Stage::CsrReady | Stage::Refused)
    }

    /// Shown at the next start.
    pub fn is_open(&self) -> bool {
        !self.is_finished() && !self.is_harmless() && self.stage != Stage::Proven
    }

    /// The arrows of the drawing. `None`: refused.
    pub fn after(self, word: Word) -> Option<Self> {
        use Stage as S;
        let to = |stage| Some(Self { stage, ..self });
        let asks = [S::CsrReady, S::Pending, S::Unknown, S::Rejected].contains(&self.stage);
        match word {
            Word::KeyMade if self.stage == S::Intent => to(S::KeyMade),
            Word::CsrReady if self.stage == S::KeyMade => to(S::CsrReady),
            Word::HandedOut if self.stage == S::CsrReady => Some(Self { stage: S::Pending, by_hand: true, ..self }),
            Word::Submitting if asks && !self.by_hand => {
                Some(Self { stage: S::Submitting, before: Some(self.stage), attempts: self.attempts + 1, ..self })
            }
            Word::NotSent if asks => Some(self),
            Word::NotSent if self.stage == S::Submitting => to(self.before?),
            Word::Refused if self.stage == S::Submitting => match self.before? {
                S::CsrReady => to(S::Refused),
                earlier => to(earlier),
            },
            Word::Pending if self.stage == S::Submitting => to(S::Pending),
            Word::Unknown if self.stage == S::Submitting => to(S::Unknown),
            Word::Answer(answer) => match self.stage {
                S::Submitting | S::Unknown | S::Pending | S::Answer | S::Rejected => {
                    Some(Self { stage: S::Answer, kept: Some(answer), ..self })
                }
                _ => None,
            },
            Word::Rejected if self.stage == S::Answer => to(S::Rejected),
            Word::Validated if self.stage == S::Answer => to(S::Validated),
            Word::Installed if self.stage == S::Validated => to(S::Installed),
            Word::Proven if self.stage == S::Installed => to(S::Proven),
            Word::Done if self.stage == S::Proven => to(S::Done),
            Word::Abandoned if !self.is_finished() => to(S::Abandoned),
            Word::Shrunk if self.stage == S::Intent => to(S::Done),
            _ => None,
        }
    }
}
