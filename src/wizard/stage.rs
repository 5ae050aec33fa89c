//! Where the story stands: a page, and the session state that goes with it. `None` in the place of a session means that
//! a job has it.

use crate::{
    keystore::StoreDescription,
    page,
    protocol::Introduction,
    session::{self, Allowed, Applicant, Asked, Introduced, Means, Received, Stuck},
};

#[derive(Debug)]
pub(super) enum Stage {
    /// Looking around on this PC.
    Opening,
    /// Store or journal write what the user has decided about an earlier enrollment.
    Settling,
    Login(page::Login),
    Resume {
        page: page::Resume,
        interrupted: Option<session::Interrupted>,
    },
    /// `earlier`: the request whose answer is asked for again.
    Credentials {
        earlier: Option<Asked>,
    },
    /// The server is being looked at; the page of the numbers stays, where there is one.
    Introducing {
        means: Means,
    },
    Telephone {
        page: page::Telephone,
        earlier: Option<Asked>,
    },
    /// On the way to the server: the proxy asks who is there.
    ProxyLogin {
        page: page::ProxyLogin,
        errand: Errand,
    },
    Trust {
        page: page::Trust,
        session: Introduced,
        /// As it was when the server was looked at.
        store: StoreDescription,
    },
    Refused {
        page: page::Refused,
    },
    Security {
        page: page::Security,
        session: Allowed,
    },
    /// By hand: the level page, with nothing that could send.
    Draft {
        page: page::Security,
        session: Applicant,
    },
    Drafting {
        page: page::Progress,
        level: page::Security,
    },
    /// The only stage in which a request is out. What was decided is kept, for a click that cannot send.
    Issuing {
        page: page::Progress,
        shown: Introduction,
        /// `None`: a pick-up, for which nothing was to choose.
        level: Option<page::Security>,
    },
    Waiting {
        page: page::Pending,
        session: Option<session::Waiting>,
    },
    Install {
        page: page::Install,
        session: Received,
    },
    Installing {
        page: page::Progress,
    },
    Complete {
        page: page::Complete,
        session: Option<session::Complete>,
    },
    Setback {
        page: page::Setback,
        session: Stuck,
    },
}

/// What a connection was for that ended at the proxy. Nobody is there while it is tried again.
#[derive(Debug)]
pub(super) enum Errand {
    /// A look at the CA's server.
    Introduction(Option<Applicant>),
    /// A visit to the portal, from the last page.
    Login { page: page::Complete, session: Option<session::Complete> },
}

impl Errand {
    /// Hands over who goes; what for stays behind.
    pub(super) fn take(&mut self) -> Self {
        match self {
            Self::Introduction(session) => Self::Introduction(session.take()),
            Self::Login { page, session } => Self::Login { page: page.clone(), session: session.take() },
        }
    }

    pub(super) fn is_under_way(&self) -> bool {
        matches!(self, Self::Introduction(None) | Self::Login { session: None, .. })
    }
}

/// What comes back after a click that could send nothing.
#[derive(Debug)]
pub(super) enum Unsent {
    /// Trust page 1, with both servers.
    OtherServer { shown: Introduction },
    /// The level page, with its field empty and red; only while the server is the one that was allowed.
    WrongSecret { shown: Introduction, level: page::Security },
}

/// The stages by name: what a test or a trace may know of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StageName {
    Opening,
    Settling,
    Login,
    Resume,
    Credentials,
    Introducing,
    Telephone,
    ProxyLogin,
    Trust,
    Refused,
    Security,
    Issuing,
    Waiting,
    Install,
    Installing,
    Complete,
    Setback,
}

impl StageName {
    /// The customer's names of the screens where they have one.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Settling => "settling",
            Self::Login => "login",
            Self::Resume => "resume",
            Self::Credentials => "credentials",
            Self::Introducing => "introducing",
            Self::Telephone => "telephone",
            Self::ProxyLogin => "proxy-login",
            Self::Trust => "trust",
            Self::Refused => "refused",
            Self::Security => "security",
            Self::Issuing => "progress",
            Self::Waiting => "waiting",
            Self::Install => "install",
            Self::Installing => "installing",
            Self::Complete => "complete",
            Self::Setback => "setback",
        }
    }
}

impl Stage {
    pub fn name(&self) -> StageName {
        match self {
            Self::Opening => StageName::Opening,
            Self::Settling => StageName::Settling,
            Self::Login(_) => StageName::Login,
            Self::Resume { .. } => StageName::Resume,
            Self::Credentials { .. } => StageName::Credentials,
            Self::Introducing { .. } => StageName::Introducing,
            Self::Telephone { .. } => StageName::Telephone,
            Self::ProxyLogin { .. } => StageName::ProxyLogin,
            Self::Trust { .. } => StageName::Trust,
            Self::Refused { .. } => StageName::Refused,
            Self::Security { .. } | Self::Draft { .. } => StageName::Security,
            Self::Issuing { .. } | Self::Drafting { .. } => StageName::Issuing,
            Self::Waiting { .. } => StageName::Waiting,
            Self::Install { .. } => StageName::Install,
            Self::Installing { .. } => StageName::Installing,
            Self::Complete { .. } => StageName::Complete,
            Self::Setback { .. } => StageName::Setback,
        }
    }
}
