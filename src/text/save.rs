//! Files whose names are asked for at the prompt.

use std::{
    fs::OpenOptions,
    io::Write,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

use crate::wizard::{Chosen, FileKind, Saved, Saver};

/// Somebody has to be asked for a name; `None` is a no.
#[derive(Debug)]
pub struct Request {
    pub suggested: String,
    pub reply: oneshot::Sender<Option<String>>,
}

/// What the player of the story listens to.
pub type Requests = mpsc::UnboundedReceiver<Request>;

/// Saves where the person at the prompt says.
#[derive(Debug, Clone)]
pub struct FilePrompt {
    requests: mpsc::UnboundedSender<Request>,
    folder: PathBuf,
}

/// A prompt that proposes new files of the user's own in `folder`.
pub fn file_prompt(folder: PathBuf) -> (FilePrompt, Requests) {
    let (requests, listened) = mpsc::unbounded_channel();
    (FilePrompt { requests, folder }, listened)
}

impl FilePrompt {
    /// `Err`: nobody is at the prompt any more.
    async fn ask(&self, suggested: String) -> Result<Option<String>, ()> {
        let (reply, named) = oneshot::channel();
        self.requests.send(Request { suggested, reply }).map_err(|_| ())?;
        Ok(named.await.ok().flatten())
    }
}

#[async_trait]
impl Saver for FilePrompt {
    async fn save(&self, suggested: String, text: String) -> Saved {
        match self.ask(suggested).await {
            Ok(Some(name)) => write(Path::new(&name), &text),
            Ok(None) => Saved::Cancelled,
            Err(()) => Saved::Failed,
        }
    }

    async fn choose(&self, suggested_name: String) -> Chosen {
        let suggested = self.folder.join(suggested_name);
        match self.ask(suggested.display().to_string()).await {
            Ok(Some(name)) => Chosen::File(name.into()),
            Ok(None) | Err(()) => Chosen::Nothing { suggested },
        }
    }

    async fn pick(&self, _: FileKind) -> Chosen {
        let suggested = self.folder.join("");
        match self.ask(suggested.display().to_string()).await {
            Ok(Some(name)) => Chosen::File(name.into()),
            Ok(None) | Err(()) => Chosen::Nothing { suggested },
        }
    }
}

/// Never over a file that is there already: no question has been asked about it.
fn write(path: &Path, text: &str) -> Saved {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    match file.and_then(|mut file| file.write_all(text.as_bytes())) {
        Ok(()) => Saved::To(path.to_owned()),
        Err(_) => Saved::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::wizard::Saved;

    #[test]
    fn a_file_that_is_there_already_stays_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("receipt.txt");
        assert_eq!(write(&file, "one"), Saved::To(file.clone()));
        assert_eq!(write(&file, "two"), Saved::Failed);
        assert_eq!(std::fs::read_to_string(&file).expect("a file"), "one");
    }
}
