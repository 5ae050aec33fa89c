//! The system's own dialog for saving a file.

use std::path::PathBuf;

use async_trait::async_trait;

use crate::wizard::{Chosen, FileKind, Saved, Saver};

/// Asks with the desktop's file dialog.
#[derive(Debug, Clone)]
pub struct FileDialog {
    folder: PathBuf,
}

impl FileDialog {
    /// New files are proposed in `folder`.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn proposing(&self, name: &str) -> rfd::AsyncFileDialog {
        rfd::AsyncFileDialog::new().set_directory(&self.folder).set_file_name(name)
    }
}

#[async_trait]
impl Saver for FileDialog {
    async fn save(&self, suggested_name: String, text: String) -> Saved {
        let Some(file) = self.proposing(&suggested_name).save_file().await else { return Saved::Cancelled };
        match file.write(text.as_bytes()).await {
            Ok(()) => Saved::To(file.path().to_owned()),
            Err(_) => Saved::Failed,
        }
    }

    /// A desktop without a dialog and a person who closed it give the same answer.
    async fn choose(&self, suggested_name: String) -> Chosen {
        match self.proposing(&suggested_name).save_file().await {
            Some(file) => Chosen::File(file.path().to_owned()),
            None => Chosen::Nothing { suggested: self.folder.join(suggested_name) },
        }
    }

    async fn pick(&self, kind: FileKind) -> Chosen {
        let dialog = rfd::AsyncFileDialog::new().set_directory(&self.folder);
        // Names are not always written small, and the dialogs of some desktops mind.
        let large: Vec<String> = kind.extensions.iter().map(|extension| extension.to_uppercase()).collect();
        let all: Vec<&str> = kind.extensions.iter().copied().chain(large.iter().map(String::as_str)).collect();
        match dialog.add_filter(kind.name, &all).pick_file().await {
            Some(file) => Chosen::File(file.path().to_owned()),
            None => Chosen::Nothing { suggested: self.folder.join("") },
        }
    }
}
