//! What the program does, call by call, in the order of its sources; and what its user, the machine and the bank do.

use stateright::Model;

use crate::{
    grammar::{Answer, Stage, Word},
    promises,
    world::{
        Act, Call, Key, Luck, MOST_POLLS, Old, Page, Plant, Program, Promise, Reply, Road, Run, State, Step, Stopped,
        Stuck, Then, User, World,
    },
};

impl Model for World {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        vec![State::new(self)]
    }

    fn actions(&self, state: &State, acts: &mut Vec<Act>) {
        match &state.program {
            Program::Off => acts.push(Act::User(User::Start)),
            Program::Page(page) => acts.extend(self.choices(state, *page).into_iter().map(Act::User)),
            Program::Next(step) => {
                let call = self.call(state, step);
                let bearable = |luck: &Luck| cost(*luck) <= state.misfortunes;
                acts.extend(
                    lucks(self, state, step, call).into_iter().filter(bearable).map(|luck| Act::Call(call, luck)),
                );
            }
        }
    }

    fn next_state(&self, last: &State, act: Act) -> Option<State> {
        let mut state = last.clone();
        match (act, &last.program) {
            (Act::User(user), _) => self.user(&mut state, user),
            (Act::Call(call, luck), Program::Next(step)) => {
                state.misfortunes -= cost(luck);
                self.called(&mut state, step.clone(), call, luck);
            }
            (Act::Call(..), _) => return None,
        }
        // What has been clicked is over when the next page is there.
        state.consent &= matches!(state.program, Program::Next(_));
        Some(state)
    }

    fn properties(&self) -> Vec<stateright::Property<Self>> {
        promises::properties()
    }
}

fn cost(luck: Luck) -> u8 {
    u8::from(!matches!(luck, Luck::Fine | Luck::Said(Reply::Issued)))
}

fn lucks(world: &World, state: &State, step: &Step, call: Call) -> Vec<Luck> {
    use Luck::{Fails, Fine, KilledAfter, KilledBefore, Lost};
    match call {
        Call::Write(_) => vec![Fine, Fails, KilledBefore, KilledAfter],
        Call::Create | Call::Install | Call::Destroy => vec![Fine, Fails, Lost, KilledBefore, KilledAfter],
        Call::Open | Call::Sign | Call::Keys | Call::Connect => vec![Fine, Fails, KilledBefore],
        Call::Send => replies(world, state, step).into_iter().map(Luck::Said).collect(),
    }
}

/// A CA of its word: what it has issued once it gives again, refuses, or makes once more, as its rule says.
fn replies(world: &World, state: &State, step: &Step) -> Vec<Reply> {
    use Reply::{
        Failed, Issued, IssuedAndGarbled, IssuedAndLost, IssuedForAnother, KilledBefore, KilledWhenIssued, Later,
        NeverArrives, NotWritten, Refused,
    };
    let anyway = [NotWritten, NeverArrives, Failed, KilledBefore];
    let issues = [Issued, IssuedAndLost, IssuedAndGarbled, KilledWhenIssued];
    let Step::Send(label, _) = step else { return Vec::new() };
    let first = state.issued[usize::from(*label)] == 0;
    match world.replay {
        _ if first => [&anyway[..], &issues, &[IssuedForAnother, Later, Refused]].concat(),
        shirushi::domain::Replay::Refuse => [&anyway[..], &[Refused]].concat(),
        _ => [&anyway[..], &issues].concat(),
    }
}

impl World {
    pub fn choices(&self, state: &State, page: Page) -> Vec<User> {
        let mut choices = match page {
            Page::Login if state.clicks > 0 => vec![User::Enter],
            Page::Login | Page::Complete(_) => Vec::new(),
            Page::Ready(Some(label)) if !is_open(state, label) => vec![User::Click],
            Page::Ready(Some(_)) => vec![User::Click, User::Withdraw],
            Page::Ready(None) if state.clicks > 0 => vec![User::Click, User::Withdraw],
            Page::Ready(None) => vec![User::Withdraw],
            Page::Resume(stopped, label) => self.ways_on(state, stopped, label),
            Page::Waiting(label) => [vec![User::Poll], imports(state, label)].concat(),
            Page::Install(_) => vec![User::Install, User::Discard],
            Page::Stuck(Stuck::Over) => vec![User::Start],
            Page::Stuck(Stuck::Applicant(_)) => vec![User::Enter],
            Page::Stuck(Stuck::Answered(..)) => vec![User::KeepAgain],
            Page::Stuck(Stuck::Received(_)) => vec![User::Install],
        };
        choices.push(User::Close);
        choices
    }

    fn ways_on(&self, state: &State, stopped: Stopped, label: u8) -> Vec<User> {
        let may_double = self.plant == Some(Plant::AsksWhereItMayDouble);
        let polls = state.record(label).map_or(0, |record| record.attempts);
        let asks = match stopped {
            Stopped::AnswerUnknown => self.replay.is_harmless() || may_double,
            Stopped::AnswerUnreadable => true,
            Stopped::Waiting => polls <= MOST_POLLS,
            Stopped::HandedOut | Stopped::NotBelieved => false,
            Stopped::Received | Stopped::Installed => return vec![User::GoOn],
        };
        let mut ways = imports(state, label);
        // On paper the bank needs no request over a network.
        if stopped == Stopped::HandedOut && ways.is_empty() {
            ways.push(User::Import);
        }
        ways.extend(asks.then_some(User::AskAgain));
        let only_people_can = match stopped {
            Stopped::HandedOut | Stopped::NotBelieved => true,
            Stopped::AnswerUnknown => !self.replay.is_harmless(),
            _ => false,
        };
        ways.extend(only_people_can.then_some(User::ApplyAnew));
        ways
    }

    fn user(&self, state: &mut State, user: User) {
        let Program::Page(page) = state.program else { return self.start(state) };
        state.program = match (user, page) {
            (User::Start, _) => return self.start(state),
            (User::Close, _) => Program::Off,
            (User::Enter, Page::Stuck(Stuck::Applicant(earlier))) => Program::Page(Page::Ready(earlier)),
            (User::Enter, _) => Program::Page(Page::Ready(None)),
            (User::Withdraw, Page::Ready(Some(label))) => Program::Page(self.resumed(state, label)),
            (User::Withdraw, _) => Program::Page(Page::Login),
            (User::Click, Page::Ready(earlier)) => {
                state.consent = true;
                match self.road {
                    Road::Renewal => Program::Next(Step::FindOld(earlier)),
                    Road::Numbers | Road::ByHand => self.begin(state, earlier),
                }
            }
            (User::AskAgain, Page::Resume(_, label)) => Program::Page(Page::Ready(Some(label))),
            (User::Poll, Page::Waiting(label)) if polls(state, label) > MOST_POLLS => {
                Program::Page(Page::Stuck(Stuck::Over))
            }
            (User::Poll, Page::Waiting(label)) => {
                state.consent = true;
                Program::Next(Step::Connect(label, Run::Polled))
            }
            (User::Import, Page::Resume(_, label) | Page::Waiting(label)) => {
                let at = usize::from(label);
                if self.road == Road::ByHand && !state.ours[at] {
                    (state.issued[at], state.ours[at]) = (1, true);
                }
                Program::Next(Step::Keep(label, Answer::Good))
            }
            (User::GoOn, Page::Resume(_, label)) => Program::Page(Page::Install(label)),
            (User::Install, Page::Install(label) | Page::Stuck(Stuck::Received(label))) => {
                Program::Next(Step::Put(label))
            }
            (User::Discard, Page::Install(label)) | (User::ApplyAnew, Page::Resume(_, label)) => {
                Program::Next(Step::GiveUp(label))
            }
            (User::KeepAgain, Page::Stuck(Stuck::Answered(label, answer))) => match state.stage(label) {
                Some(Stage::Answer) => Program::Next(Step::Judge(label, answer)),
                _ => Program::Next(Step::Keep(label, answer)),
            },
            (user, page) => panic!("{user:?} is not offered on {page:?}"),
        };
    }

    fn begin(&self, state: &mut State, earlier: Option<u8>) -> Program {
        if let Some(label) = earlier {
            return Program::Next(Step::OpenAgain(label));
        }
        let label = self.clicks - state.clicks;
        state.clicks -= 1;
        Program::Next(match self.plant {
            Some(Plant::CreatesBeforeIntent) => Step::Create(label),
            _ => Step::Intent(label),
        })
    }

    fn start(&self, state: &mut State) {
        let left = state.records.iter().map(|record| record.label).collect();
        state.program = self.tidied(state, left);
    }

    /// The next record that needs something, or the page.
    fn tidied(&self, state: &mut State, mut left: Vec<u8>) -> Program {
        while let Some(&label) = left.first() {
            let record = *state.record(label).expect("listed");
            let leaves = self.plant == Some(Plant::LeavesKeysBehind);
            match record.stage {
                Stage::Abandoned if !leaves => return Program::Next(Step::TidyLook(left)),
                Stage::Proven | Stage::Submitting => return Program::Next(Step::Tidy(left)),
                _ if record.is_harmless() && !leaves => return Program::Next(Step::Tidy(left)),
                _ => drop(left.remove(0)),
            }
        }
        let Some(label) = state.open().map(|record| record.label).last() else { return Program::Page(Page::Login) };
        let record = state.record(label).expect("open");
        match (record.stage, record.kept) {
            (Stage::Answer, Some(answer)) => Program::Next(Step::Reread(label, answer)),
            (Stage::Unknown, _) if self.plant == Some(Plant::AsksByItselfAtTheStart) => {
                Program::Next(Step::OpenAgain(label))
            }
            (Stage::Rejected, _) if self.plant == Some(Plant::ShowsNothingForRejected) => Program::Page(Page::Login),
            _ => Program::Page(self.resumed(state, label)),
        }
    }

    fn resumed(&self, state: &State, label: u8) -> Page {
        let record = state.record(label).expect("open");
        let stopped = match record.stage {
            Stage::Pending if record.by_hand => Stopped::HandedOut,
            Stage::Pending => Stopped::Waiting,
            Stage::Validated => Stopped::Received,
            Stage::Installed => Stopped::Installed,
            Stage::Rejected if record.kept == Some(Answer::Garbage) && self.replay.is_harmless() => {
                Stopped::AnswerUnreadable
            }
            Stage::Rejected => Stopped::NotBelieved,
            _ => Stopped::AnswerUnknown,
        };
        Page::Resume(stopped, label)
    }

    /// What the program asks of disk, store or network next.
    fn call(&self, state: &State, step: &Step) -> Call {
        let first = |left: &[u8]| state.record(left[0]).map(|record| record.stage);
        match step {
            Step::FindOld(_) | Step::OpenAgain(_) | Step::OpenPut(_) => Call::Open,
            Step::Intent(_) => Call::Write(Word::Intent),
            Step::Create(_) => Call::Create,
            Step::KeyMade(_) => Call::Write(Word::KeyMade),
            Step::Sign(_) | Step::SignAgain(_) | Step::Prove(_) | Step::ProveMore(_) => Call::Sign,
            Step::CsrReady(_) => Call::Write(Word::CsrReady),
            Step::HandOut(_) => Call::Write(Word::HandedOut),
            Step::Connect(..) => Call::Connect,
            Step::Submitting(..) => Call::Write(Word::Submitting),
            Step::Send(..) => Call::Send,
            Step::NotSent(..) => Call::Write(Word::NotSent),
            Step::Refused(_) => Call::Write(Word::Refused),
            Step::Unknown(_) => Call::Write(Word::Unknown),
            Step::Pending(_) => Call::Write(Word::Pending),
            Step::Keep(_, answer) => Call::Write(Word::Answer(*answer)),
            Step::Judge(_, Answer::Good) | Step::Reread(_, Answer::Good) => Call::Write(Word::Validated),
            Step::Judge(..) | Step::Reread(..) => Call::Write(Word::Rejected),
            Step::LetGo(..) | Step::GiveUp(_) => Call::Write(Word::Abandoned),
            Step::LetKeyGo(..) | Step::TidyKey(_) | Step::GiveKeyUp(_) => Call::Destroy,
            Step::Tidy(left) => Call::Write(match first(left) {
                Some(Stage::Proven) => Word::Done,
                Some(Stage::Submitting) => Word::Unknown,
                _ => Word::Abandoned,
            }),
            Step::TidyLook(_) => Call::Keys,
            Step::Put(_) => Call::Install,
            Step::Installed(_) => Call::Write(Word::Installed),
            Step::Proven(_) => Call::Write(Word::Proven),
            Step::Done(_) => Call::Write(Word::Done),
        }
    }

    fn called(&self, state: &mut State, step: Step, call: Call, luck: Luck) {
        if let Step::Send(label, run) = step {
            state.program = self.sent(state, label, run, luck);
            return;
        }
        let happens = matches!(luck, Luck::Fine | Luck::Lost | Luck::KilledAfter);
        if happens {
            self.happens(state, &step, call);
        }
        state.program = match luck {
            Luck::KilledBefore | Luck::KilledAfter => Program::Off,
            Luck::Fine => self.went_well(state, step),
            Luck::Fails | Luck::Lost | Luck::Said(_) => self.went_wrong(state, step),
        };
    }

    /// What disk and store hold afterwards.
    fn happens(&self, state: &mut State, step: &Step, call: Call) {
        let label = label_of(step);
        match call {
            Call::Write(word) => {
                state.write(label, word);
                if matches!(step, Step::GiveUp(_)) {
                    state.records.last_mut().expect("written").given_up = true;
                }
            }
            Call::Create => state.keys[usize::from(label)] = Key::Here,
            Call::Install => {
                state.keys[usize::from(label)] = Key::WithCertificate;
                if self.plant == Some(Plant::TakesTheOldOneAway) {
                    state.old = Old::Gone;
                }
            }
            Call::Destroy => {
                if state.stage(label) != Some(Stage::Abandoned) {
                    state.breaks(Promise::NoKeyDestroyedUnlessAbandoned);
                }
                state.keys[usize::from(label)] = Key::None;
            }
            Call::Open | Call::Sign | Call::Keys | Call::Connect | Call::Send => {}
        }
    }

    fn went_well(&self, state: &mut State, step: Step) -> Program {
        let next = match step {
            Step::FindOld(earlier) => return self.begin(state, earlier),
            Step::Intent(label) if self.plant == Some(Plant::CreatesBeforeIntent) => Step::KeyMade(label),
            Step::Create(label) if self.plant == Some(Plant::CreatesBeforeIntent) => Step::Intent(label),
            Step::Intent(label) => Step::Create(label),
            Step::Create(label) => Step::KeyMade(label),
            Step::KeyMade(label) => Step::Sign(label),
            Step::Sign(label) => Step::CsrReady(label),
            Step::CsrReady(label) if self.road == Road::ByHand => Step::HandOut(label),
            Step::CsrReady(label) | Step::SignAgain(label) => Step::Connect(label, Run::Clicked),
            Step::HandOut(label) => return Program::Page(Page::Resume(Stopped::HandedOut, label)),
            Step::OpenAgain(label) => Step::SignAgain(label),
            Step::Connect(label, run) if self.plant == Some(Plant::SendsBeforeSubmitting) => Step::Send(label, run),
            Step::Connect(label, run) => Step::Submitting(label, run),
            Step::Submitting(label, run) => Step::Send(label, run),
            Step::NotSent(label, _) if is_harmless(state, label) => self.letting_go(label, Then::Unsent),
            Step::NotSent(label, _) => return stuck(Stuck::Applicant(Some(label))),
            Step::Refused(label) if is_harmless(state, label) => self.letting_go(label, Then::Over),
            Step::Refused(_) | Step::Unknown(_) => return stuck(Stuck::Over),
            Step::Pending(label) => return Program::Page(Page::Waiting(label)),
            Step::Keep(label, answer) => Step::Judge(label, answer),
            Step::Judge(label, Answer::Good) => return Program::Page(Page::Install(label)),
            Step::Judge(..) => return stuck(Stuck::Over),
            Step::Reread(label, _) => return Program::Page(self.resumed(state, label)),
            Step::LetGo(label, then) if self.plant == Some(Plant::DestroysBeforeAbandoned) => {
                return let_go(state, label, then);
            }
            Step::LetKeyGo(label, then) if self.plant == Some(Plant::DestroysBeforeAbandoned) => {
                Step::LetGo(label, then)
            }
            Step::LetGo(label, then) => Step::LetKeyGo(label, then),
            Step::LetKeyGo(label, then) => return let_go(state, label, then),
            Step::Tidy(left) => return self.tidied_one(state, left),
            Step::TidyLook(left) if state.keys[usize::from(left[0])] != Key::None => Step::TidyKey(left),
            Step::TidyLook(left) | Step::TidyKey(left) => return self.after_first(state, left),
            Step::Put(label) => Step::OpenPut(label),
            Step::OpenPut(label) if state.stage(label) == Some(Stage::Validated) => Step::Installed(label),
            Step::OpenPut(label) | Step::Installed(label) => Step::Prove(label),
            Step::Prove(label) => Step::ProveMore(label),
            Step::ProveMore(label) => Step::Proven(label),
            Step::Proven(label) => Step::Done(label),
            Step::Done(label) => return Program::Page(Page::Complete(label)),
            Step::GiveUp(label) => Step::GiveKeyUp(label),
            Step::GiveKeyUp(_) => return stuck(Stuck::Over),
            Step::Send(..) => unreachable!("told by its reply"),
        };
        Program::Next(next)
    }

    fn went_wrong(&self, state: &mut State, step: Step) -> Program {
        let forgets = self.plant == Some(Plant::ForgetsAnAnswerThatItCannotJudge);
        match step {
            Step::FindOld(earlier) => stuck(Stuck::Applicant(earlier)),
            Step::Intent(_) => stuck(Stuck::Applicant(None)),
            Step::Create(label)
            | Step::KeyMade(label)
            | Step::Sign(label)
            | Step::CsrReady(label)
            | Step::HandOut(label) => Program::Next(self.letting_go(label, Then::Applicant)),
            Step::OpenAgain(label) | Step::SignAgain(label) => stuck(Stuck::Applicant(Some(label))),
            Step::Connect(label, run) | Step::Submitting(label, run) => Program::Next(Step::NotSent(label, run)),
            Step::Judge(label, Answer::Good) if forgets => Program::Next(Step::LetGo(label, Then::Over)),
            Step::Keep(label, answer) | Step::Judge(label, answer @ Answer::Good) => {
                stuck(Stuck::Answered(label, answer))
            }
            Step::LetGo(label, then) | Step::LetKeyGo(label, then) => let_go(state, label, then),
            Step::TidyLook(left) | Step::TidyKey(left) => self.after_first(state, left),
            Step::Put(label)
            | Step::OpenPut(label)
            | Step::Installed(label)
            | Step::Prove(label)
            | Step::ProveMore(label)
            | Step::Proven(label) => stuck(Stuck::Received(label)),
            Step::Done(label) => Program::Page(Page::Complete(label)),
            _ => stuck(Stuck::Over),
        }
    }

    fn letting_go(&self, label: u8, then: Then) -> Step {
        match self.plant {
            Some(Plant::DestroysBeforeAbandoned) => Step::LetKeyGo(label, then),
            _ => Step::LetGo(label, then),
        }
    }

    fn tidied_one(&self, state: &mut State, left: Vec<u8>) -> Program {
        match state.stage(left[0]) {
            Some(Stage::Abandoned) => Program::Next(Step::TidyKey(left)),
            _ => self.after_first(state, left),
        }
    }

    fn after_first(&self, state: &mut State, mut left: Vec<u8>) -> Program {
        left.remove(0);
        self.tidied(state, left)
    }

    fn sent(&self, state: &mut State, label: u8, run: Run, luck: Luck) -> Program {
        let Luck::Said(reply) = luck else { unreachable!("a request has a reply") };
        if !matches!(reply, Reply::KilledBefore | Reply::NotWritten) {
            if state.stage(label) != Some(Stage::Submitting) {
                state.breaks(Promise::SubmittingBeforeTheFirstByte);
            }
            if !state.consent {
                state.breaks(Promise::NoPostWithoutAClick);
            }
        }
        state.consent = false;
        let issues = [
            Reply::Issued,
            Reply::IssuedAndLost,
            Reply::IssuedAndGarbled,
            Reply::IssuedForAnother,
            Reply::KilledWhenIssued,
        ];
        if issues.contains(&reply) {
            self.issue(state, label, reply);
        }
        match reply {
            Reply::KilledBefore | Reply::KilledWhenIssued => Program::Off,
            Reply::NotWritten => Program::Next(Step::NotSent(label, run)),
            Reply::NeverArrives | Reply::IssuedAndLost | Reply::Failed => Program::Next(Step::Unknown(label)),
            Reply::Issued => Program::Next(Step::Keep(label, Answer::Good)),
            Reply::IssuedAndGarbled => Program::Next(Step::Keep(label, Answer::Garbage)),
            Reply::IssuedForAnother => Program::Next(Step::Keep(label, Answer::Wrong)),
            Reply::Later => Program::Next(Step::Pending(label)),
            Reply::Refused => Program::Next(Step::Refused(label)),
        }
    }

    fn issue(&self, state: &mut State, label: u8, reply: Reply) {
        let at = usize::from(label);
        if state.issued[at] == 0 || !self.replay.is_harmless() {
            state.issued[at] += 1;
        }
        state.ours[at] |= reply != Reply::IssuedForAnother;
    }
}

fn stuck(stuck: Stuck) -> Program {
    Program::Page(Page::Stuck(stuck))
}

fn let_go(state: &State, label: u8, then: Then) -> Program {
    stuck(match then {
        Then::Over => Stuck::Over,
        Then::Unsent if state.stage(label) != Some(Stage::Abandoned) => Stuck::Applicant(Some(label)),
        Then::Applicant | Then::Unsent => Stuck::Applicant(None),
    })
}

fn imports(state: &State, label: u8) -> Vec<User> {
    if state.ours[usize::from(label)] { vec![User::Import] } else { Vec::new() }
}

fn polls(state: &State, label: u8) -> u8 {
    state.record(label).map_or(0, |record| record.attempts)
}

fn is_open(state: &State, label: u8) -> bool {
    state.record(label).is_some_and(|record| record.is_open())
}

fn is_harmless(state: &State, label: u8) -> bool {
    state.record(label).is_some_and(|record| record.is_harmless())
}

pub fn label_of(step: &Step) -> u8 {
    match step {
        Step::FindOld(_) => u8::MAX,
        Step::Tidy(left) | Step::TidyLook(left) | Step::TidyKey(left) => left[0],
        Step::Intent(label)
        | Step::Create(label)
        | Step::KeyMade(label)
        | Step::Sign(label)
        | Step::CsrReady(label)
        | Step::HandOut(label)
        | Step::OpenAgain(label)
        | Step::SignAgain(label)
        | Step::Connect(label, _)
        | Step::Submitting(label, _)
        | Step::Send(label, _)
        | Step::NotSent(label, _)
        | Step::Refused(label)
        | Step::Unknown(label)
        | Step::Pending(label)
        | Step::Keep(label, _)
        | Step::Judge(label, _)
        | Step::LetGo(label, _)
        | Step::LetKeyGo(label, _)
        | Step::Reread(label, _)
        | Step::Put(label)
        | Step::OpenPut(label)
        | Step::Installed(label)
        | Step::Prove(label)
        | Step::ProveMore(label)
        | Step::Proven(label)
        | Step::Done(label)
        | Step::GiveUp(label)
        | Step::GiveKeyUp(label) => *label,
    }
}
