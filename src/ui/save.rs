//! The system's own dialog for saving a text.

use async_trait::async_trait;

use crate::wizard::{Saved, Saver};

/// Asks with the desktop's file dialog.
#[derive(Debug, Clone, Copy, Default)]
pub struct FileDialog;

#[async_trait]
impl Saver for FileDialog {
    async fn save(&self, suggested_name: String, text: String) -> Saved {
        let dialog = rfd::AsyncFileDialog::new().set_file_name(suggested_name);
        let Some(file) = dialog.save_file().await else { return Saved::Cancelled };
        match file.write(text.as_bytes()).await {
            Ok(()) => Saved::To(file.path().to_owned()),
            Err(_) => Saved::Failed,
        }
    }
}
