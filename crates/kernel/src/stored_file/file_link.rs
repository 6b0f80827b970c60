//! A field that shows a stored file as a link: made for whoever reads the row, each time anew.

use diesel::pg::PgValue;
use uuid::Uuid;

use super::LINK_KIND;
use crate::db::{Fault, Session};
use crate::entity::{Bind, Cell, Kind, render};

/// The key of a stored file, shown as a link that works for ten minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileLink(pub Uuid);

impl Cell for FileLink {
    const KIND: Kind = Kind::FileLink;

    fn from_value(value: PgValue<'_>) -> Result<Self, Fault> {
        Uuid::from_value(value).map(FileLink)
    }

    fn bind(&self) -> Bind {
        Bind::Uuid(Some(self.0))
    }

    fn null() -> Bind {
        Bind::Uuid(None)
    }
}

impl FileLink {
    /// Writes the link of whoever asks as a JSON string.
    pub(crate) fn write(
        file: Option<FileLink>,
        session: &Session,
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        match file {
            Some(FileLink(key)) => {
                render::string(out, &session.link(LINK_KIND, &key.to_string())?);
            }
            None => out.extend_from_slice(b"null"),
        }
        Ok(())
    }
}
