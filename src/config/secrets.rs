//! Secrets that the server needs at its start: given by the environment, else made once and kept
//! in the data folder, readable by nobody else (spec 1.11).

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// How many bytes the encryption key has.
const KEY_BYTES: usize = 32;

/// How many random bytes a made-up password of the database has.
const PASSWORD_BYTES: usize = 24;

/// The key that encrypts secrets and sensitive values before they go to the database.
#[derive(Clone)]
pub struct EncryptionKey(pub [u8; KEY_BYTES]);

/// The password of the role that the running server logs in to the database as.
#[derive(Clone)]
pub struct AppPassword(pub String);

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EncryptionKey(hidden)")
    }
}

impl fmt::Debug for AppPassword {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AppPassword(hidden)")
    }
}

/// Why a secret is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// A key of another length, or no base64 at all.
    #[error("{0} does not hold 32 bytes in base64: make one with `openssl rand -base64 32`")]
    NotAKey(String),
    /// A new key alone.
    #[error(
        "BIZGRAPH_KEY is the new key; the one that it replaces is expected in BIZGRAPH_OLD_KEY"
    )]
    NoOldKey,
    /// An empty password.
    #[error("{0} holds no password: fill it, or remove it to have one made")]
    Empty(String),
    /// Others on this machine can read the secret.
    #[error("{} can be read by others: run `chmod 600 {}`", .0.display(), .0.display())]
    Exposed(PathBuf),
    /// The file or its folder cannot be read or written.
    #[error("{} cannot be used ({source}): give this user the right to it, or choose another folder with --data", .path.display())]
    Folder {
        /// The file of the secret.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The operating system has no random numbers.
    #[error("the operating system gave no random numbers: {0}")]
    Random(getrandom::Error),
}

/// The encryption key: `given` (BIZGRAPH_KEY, 32 bytes in base64), else the one in the file `key`
/// of the data folder, made at the first call.
pub fn encryption_key(
    given: Option<String>,
    data_folder: &Path,
) -> Result<EncryptionKey, SecretError> {
    match given {
        Some(text) => parse_key("BIZGRAPH_KEY", &text),
        None => key_in_file(&data_folder.join("key")),
    }
}

/// The keys that were replaced and are not in the database, the oldest first: `given`
/// (BIZGRAPH_OLD_KEY, several separated by commas), and the lines of the file `key.old` of the
/// data folder.
pub fn replaced_keys(
    given: Option<String>,
    data_folder: &Path,
) -> Result<Vec<EncryptionKey>, SecretError> {
    let path = data_folder.join("key.old");
    let kept = if path.exists() { read(&path)? } else { String::new() };
    let kept = kept.lines().map(|line| parse_key(&path.display().to_string(), line));
    let given = given.unwrap_or_default();
    let given = given.split(',').filter(|text| !text.trim().is_empty());
    given.map(|text| parse_key("BIZGRAPH_OLD_KEY", text)).chain(kept).collect()
}

/// Adds a key to those that were replaced.
pub(super) fn keep_replaced(key: &EncryptionKey, data_folder: &Path) -> Result<(), SecretError> {
    if replaced_keys(None, data_folder)?.iter().any(|kept| kept.0 == key.0) {
        return Ok(());
    }
    let path = data_folder.join("key.old");
    let file = File::options().append(true).create(true).mode(0o600).open(&path);
    let added = file.and_then(|mut file| {
        writeln!(file, "{}", in_base64(&key.0))?;
        file.sync_all()
    });
    added.map_err(refuse(&path))
}

/// The key in a file, made at the first call.
pub(super) fn key_in_file(path: &Path) -> Result<EncryptionKey, SecretError> {
    let (source, text) = kept(path, || Ok(in_base64(&random::<KEY_BYTES>()?)))?;
    parse_key(&source, &text)
}

pub(super) fn parse_key(source: &str, text: &str) -> Result<EncryptionKey, SecretError> {
    let bytes = STANDARD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map(EncryptionKey).ok_or_else(|| SecretError::NotAKey(source.to_owned()))
}

/// A key as its file and the environment have it.
pub(super) fn in_base64(key: &[u8; KEY_BYTES]) -> String {
    STANDARD.encode(key)
}

/// The app role's password: `given` (BIZGRAPH_APP_PASSWORD), else the one in the file
/// `app-password` of the data folder, made at the first call.
pub fn app_password(given: Option<String>, data_folder: &Path) -> Result<AppPassword, SecretError> {
    let (source, text) = match given {
        Some(text) => ("BIZGRAPH_APP_PASSWORD".to_owned(), text),
        None => kept(&data_folder.join("app-password"), || {
            Ok(URL_SAFE_NO_PAD.encode(random::<PASSWORD_BYTES>()?))
        })?,
    };
    match text.trim() {
        "" => Err(SecretError::Empty(source)),
        password => Ok(AppPassword(password.to_owned())),
    }
}

/// The text of a secret's file, with the file's name for messages.
fn kept(
    path: &Path,
    make: impl FnOnce() -> Result<String, SecretError>,
) -> Result<(String, String), SecretError> {
    if !path.exists() {
        write_once(path, &make()?).map_err(refuse(path))?;
    }
    Ok((path.display().to_string(), read(path)?))
}

/// The text of a file that nobody else can read.
fn read(path: &Path) -> Result<String, SecretError> {
    if fs::metadata(path).map_err(refuse(path))?.mode() & 0o077 != 0 {
        return Err(SecretError::Exposed(path.to_path_buf()));
    }
    fs::read_to_string(path).map_err(refuse(path))
}

/// Writes beside the place and links it there whole: of two servers that start at once, both get
/// the secret of the first.
fn write_once(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let draft = path.with_extension(std::process::id().to_string());
    let mut file =
        File::options().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(refused) if refused.kind() != io::ErrorKind::AlreadyExists => Err(refused),
        _ => Ok(()),
    }
}

fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], SecretError> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).map_err(SecretError::Random)?;
    Ok(bytes)
}

fn refuse(path: &Path) -> impl FnOnce(io::Error) -> SecretError + '_ {
    move |source| SecretError::Folder { path: path.to_path_buf(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_secret_is_made_once_and_for_this_user_only() {
        let folder = tempfile::tempdir().unwrap();
        let data_folder = folder.path().join("data");
        let key = encryption_key(None, &data_folder).unwrap();
        assert_eq!(encryption_key(None, &data_folder).unwrap().0, key.0);
        let password = app_password(None, &data_folder).unwrap();
        assert_eq!(app_password(None, &data_folder).unwrap().0, password.0);
        for name in ["key", "app-password"] {
            let mode = fs::metadata(data_folder.join(name)).unwrap().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(&data_folder).unwrap().count(), 2);
    }

    #[test]
    fn what_the_environment_gives_is_used_and_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let given = STANDARD.encode([7; KEY_BYTES]);
        let key = encryption_key(Some(given), folder.path()).unwrap();
        assert_eq!(key.0, [7; KEY_BYTES]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_wrong_secret_is_refused_with_its_place_and_never_with_its_text() {
        let folder = tempfile::tempdir().unwrap();
        let refused = encryption_key(Some("hunter2".into()), folder.path()).unwrap_err();
        assert!(refused.to_string().starts_with("BIZGRAPH_KEY does not hold"));
        assert!(!refused.to_string().contains("hunter2"));
        let refused = app_password(Some(" ".into()), folder.path()).unwrap_err();
        assert!(refused.to_string().starts_with("BIZGRAPH_APP_PASSWORD"));
        let key = encryption_key(None, folder.path()).unwrap();
        assert_eq!(format!("{key:?}"), "EncryptionKey(hidden)");
    }

    #[test]
    fn a_secret_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        encryption_key(None, folder.path()).unwrap();
        let path = folder.path().join("key");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let refused = encryption_key(None, folder.path()).unwrap_err();
        assert!(refused.to_string().contains("chmod 600"));
    }
}
