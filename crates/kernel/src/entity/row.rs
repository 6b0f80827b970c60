//! A row of an answer, by position. Reads and writes come through different drivers: reads over
//! the wire protocol itself, so that their messages can be sent ahead of their answers, writes
//! through diesel, whose typed statements the rules use.

use std::num::NonZeroU32;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use diesel::pg::PgValue;
use diesel::row::{Field, Row as _};
use diesel_async::{AsyncConnectionCore, AsyncPgConnection};
use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::DataRowBody;

use crate::cipher::personal_data::{MARK, PersonalDataKey};
use crate::db::Fault;

type Written = <AsyncPgConnection as AsyncConnectionCore>::Row<'static, 'static>;

/// A row as its driver hands it over.
pub struct Row {
    driver: Driver,
    /// Opens what is sealed in it; none where the tenant never encrypted anything.
    key: Option<Arc<PersonalDataKey>>,
}

enum Driver {
    Read { bytes: Bytes, ranges: Vec<Option<Range<usize>>> },
    Written(Written),
}

impl Row {
    /// A row of a read.
    pub(crate) fn read(body: &DataRowBody) -> Result<Self, Fault> {
        let bytes = body.buffer_bytes().clone();
        let ranges = body.ranges().collect().map_err(|error| Fault::decode(error.into()))?;
        Ok(Row { driver: Driver::Read { bytes, ranges }, key: None })
    }

    /// A row of a write.
    pub(crate) fn written(row: Written) -> Self {
        Row { driver: Driver::Written(row), key: None }
    }

    /// Gives the row the key to what is sealed in it.
    pub(crate) fn open_with(&mut self, key: &Arc<PersonalDataKey>) {
        self.key = Some(key.clone());
    }

    /// Calls back with the raw value at a position, `None` for NULL; personal data as it was
    /// before it was sealed.
    ///
    /// # Errors
    /// When the row has no such position.
    #[inline]
    pub fn raw<T>(
        &self,
        position: usize,
        read: impl FnOnce(Option<&[u8]>) -> T,
    ) -> Result<T, Fault> {
        match &self.driver {
            Driver::Read { bytes, ranges } => {
                let range = ranges.get(position).ok_or_else(too_short)?;
                Ok(self.opened(range.clone().and_then(|range| bytes.get(range)), read))
            }
            Driver::Written(row) => {
                let field = row.get(position).ok_or_else(too_short)?;
                let value = field.value();
                Ok(self.opened(value.as_ref().map(PgValue::as_bytes), read))
            }
        }
    }

    #[inline]
    fn opened<T>(&self, raw: Option<&[u8]>, read: impl FnOnce(Option<&[u8]>) -> T) -> T {
        let open = |key: &Arc<PersonalDataKey>| {
            let sealed = raw.filter(|raw| raw.starts_with(MARK.as_bytes()))?;
            key.open(std::str::from_utf8(sealed).ok()?)
        };
        match self.key.as_ref().and_then(open) {
            Some(text) => read(Some(text.as_bytes())),
            None => read(raw),
        }
    }

    /// Calls back with the value at a position as diesel decodes it, `None` for NULL.
    ///
    /// # Errors
    /// When the row has no such position.
    pub fn value<T>(
        &self,
        position: usize,
        read: impl FnOnce(Option<PgValue<'_>>) -> T,
    ) -> Result<T, Fault> {
        // Asked for only where a value holds others of unknown types; no column does.
        static NO_TYPE: NonZeroU32 = NonZeroU32::MIN;
        self.raw(position, |raw| read(raw.map(|raw| PgValue::new(raw, &NO_TYPE))))
    }
}

fn too_short() -> Fault {
    Fault::internal("a row is shorter than what was asked for")
}
