//! The system's own dialog for saving a file.

use std::path::PathBuf;

use async_trait::async_trait;

use crate::{
    process,
    wizard::{Chosen, FileKind, Saved, Saver},
};

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

    async fn save_as(&self, name: &str) -> Option<rfd::FileHandle> {
        let dialog = rfd::AsyncFileDialog::new().set_directory(&self.folder).set_file_name(name);
        let _while_asked = process::visible();
        dialog.save_file().await
    }
}

#[async_trait]
impl Saver for FileDialog {
    async fn save(&self, suggested_name: String, text: String) -> Saved {
        let Some(file) = self.save_as(&suggested_name).await else { return Saved::Cancelled };
        match file.write(text.as_bytes()).await {
            Ok(()) => Saved::To(file.path().to_owned()),
            Err(_) => Saved::Failed,
        }
    }

    /// A desktop without a dialog and a person who closed it give the same answer.
    async fn choose(&self, suggested_name: String) -> Chosen {
        match self.save_as(&suggested_name).await {
            Some(file) => Chosen::File(file.path().to_owned()),
            None => Chosen::Nothing { suggested: self.folder.join(suggested_name) },
        }
    }

    async fn pick(&self, kind: FileKind) -> Chosen {
        let dialog = rfd::AsyncFileDialog::new().set_directory(&self.folder);
        // Names are not always written small, and the dialogs of some desktops mind.
        let large: Vec<String> = kind.extensions.iter().map(|extension| extension.to_uppercase()).collect();
        let all: Vec<&str> = kind.extensions.iter().copied().chain(large.iter().map(String::as_str)).collect();
        let _while_asked = process::visible();
        match dialog.add_filter(kind.name, &all).pick_file().await {
            Some(file) => Chosen::File(file.path().to_owned()),
            None => Chosen::Nothing { suggested: self.folder.join("") },
        }
    }
}
