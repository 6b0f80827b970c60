//! A key and the one that takes its place (spec 1.11): both given by the environment, or the next
//! one made beside the one in the data folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::secrets::{
    EncryptionKey, SecretError, encryption_key, keep_replaced, key_in_file, parse_key,
};

/// The old key and the new one.
#[derive(Debug)]
pub struct KeyChange {
    pub old: EncryptionKey,
    pub new: EncryptionKey,
    /// The file of the new key and the place that it takes in the end.
    files: Option<(PathBuf, PathBuf)>,
}

impl KeyChange {
    /// With a key given (BIZGRAPH_KEY) that is the new one, and the old one is given too
    /// (BIZGRAPH_OLD_KEY). Else the old one is in the file `key` of the data folder, and the new
    /// one in `key.next`, made at the first call.
    ///
    /// # Errors
    /// When one of them is missing or is no key.
    pub fn find(
        given: Option<String>,
        given_old: Option<String>,
        data_folder: &Path,
    ) -> Result<Self, SecretError> {
        if let Some(new) = given {
            let old = given_old.ok_or(SecretError::NoOldKey)?;
            let old = parse_key("BIZGRAPH_OLD_KEY", &old)?;
            return Ok(KeyChange { old, new: parse_key("BIZGRAPH_KEY", &new)?, files: None });
        }
        let (place, next) = (data_folder.join("key"), data_folder.join("key.next"));
        let old = encryption_key(None, data_folder)?;
        Ok(KeyChange { old, new: key_in_file(&next)?, files: Some((next, place)) })
    }

    /// Lets the new key take the place of the old one, which is kept beside it: backups that it
    /// sealed are opened when the database is lost.
    ///
    /// # Errors
    /// When the data folder cannot be written.
    pub fn finish(self) -> Result<(), SecretError> {
        let Some((next, place)) = self.files else { return Ok(()) };
        if let Some(folder) = place.parent() {
            keep_replaced(&self.old, folder)?;
        }
        fs::rename(&next, &place).map_err(|source| SecretError::Folder { path: next, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::replaced_keys;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_next_key_is_made_once_and_takes_the_place_of_the_old_one_in_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let old = encryption_key(None, folder.path()).unwrap();
        let begun = KeyChange::find(None, None, folder.path()).unwrap();
        assert_eq!(begun.old.0, old.0);
        let again = KeyChange::find(None, None, folder.path()).unwrap();
        assert_eq!(again.new.0, begun.new.0);
        assert_ne!(again.new.0, old.0);
        again.finish().unwrap();
        assert_eq!(encryption_key(None, folder.path()).unwrap().0, begun.new.0);
        let next = KeyChange::find(None, None, folder.path()).unwrap();
        next.finish().unwrap();
        let replaced = replaced_keys(None, folder.path()).unwrap();
        let replaced: Vec<_> = replaced.iter().map(|key| key.0).collect();
        assert_eq!(replaced, [old.0, begun.new.0]);
        let mode = fs::metadata(folder.path().join("key.old")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_given_key_needs_the_old_one_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let key = |byte: u8| Some(super::super::secrets::in_base64(&[byte; 32]));
        let refused = KeyChange::find(key(8), None, folder.path()).unwrap_err();
        assert!(refused.to_string().contains("BIZGRAPH_OLD_KEY"));
        let change = KeyChange::find(key(8), key(7), folder.path()).unwrap();
        assert_eq!((change.old.0, change.new.0), ([7; 32], [8; 32]));
        change.finish().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
