//! What the kernel knows of an entity: its table, columns, relations and rights.

use std::marker::PhantomData;

use crate::db::Fault;
use crate::entity::cell::Cell;
use crate::entity::global_id::KeyType;
use crate::entity::row::Row;
use crate::entity::sql::Bind;
use crate::machine::Machine;

/// The type of a column, as PostgreSQL stores it and as GraphQL shows it.
#[derive(Clone, Copy)]
pub enum Kind {
    /// A 32-bit integer: `Int`.
    Int,
    /// A 64-bit integer: `BigInt`, a string on the wire.
    BigInt,
    /// Text: `String`.
    Text,
    /// True or false: `Boolean`.
    Bool,
    /// An exact amount in the tenant's currency: `Money`, a string on the wire.
    Money,
    /// An exact number that is no amount: `Decimal`, a string on the wire.
    Decimal,
    /// A calendar date: `Date`.
    Date,
    /// An instant: `DateTime`, RFC 3339 in UTC.
    Instant,
    /// A document: `JSON`.
    Json,
    /// A list of words or texts, stored as `text[]`: `[String!]`.
    Texts,
    /// A UUID that is no key of an entity.
    Uuid,
    /// The key of a stored file, shown as a link to it: `String`. It can be neither filtered nor
    /// ordered by, nor exported.
    FileLink,
    /// Where a backup lies, shown as a link to it: `String`. Like that of a file.
    BackupLink,
    /// A closed list of words.
    Enum(&'static EnumMeta),
    /// The entity's own key: `ID`, global and opaque.
    Key(KeyType),
    /// The key of another entity: `ID`.
    Reference(fn() -> &'static Meta),
}

/// A closed list of words: how GraphQL and the database spell each.
pub struct EnumMeta {
    pub type_name: &'static str,
    pub doc: &'static str,
    pub values: &'static [EnumValue],
}

/// One word of an [`EnumMeta`].
pub struct EnumValue {
    /// `READY_FOR_SALE`
    pub name: &'static str,
    /// `Ready for Sale`, the document's spelling.
    pub stored: &'static str,
    pub doc: &'static str,
}

impl EnumMeta {
    /// The word that the database spells so.
    pub fn by_stored(&self, stored: &str) -> Option<&'static EnumValue> {
        self.values.iter().find(|value| value.stored == stored)
    }

    /// The word that GraphQL spells so.
    pub fn by_name(&self, name: &str) -> Option<&'static EnumValue> {
        self.values.iter().find(|value| value.name == name)
    }
}

/// One column, or one SQL expression shown as a field.
#[derive(Clone, Copy)]
pub struct Column {
    /// The GraphQL field, camelCase.
    pub field: &'static str,
    /// The column's name, unqualified.
    pub name: &'static str,
    /// An SQL expression over the table's alias `t`, for a computed field; never written.
    pub expression: Option<&'static str>,
    pub doc: &'static str,
    pub kind: Kind,
    pub nullable: bool,
    pub filter: bool,
    pub order: bool,
    /// The permission without which the field reads as null.
    pub sensitive: Option<&'static str>,
    /// Whether the audit trail tells who was shown it (spec 1.8.3); of what is sensitive only.
    pub traced: bool,
    /// Personal data, sealed in the database where the tenant wants that (spec 1.11).
    pub personal: bool,
    /// Kept out of the API; rules see it.
    pub hidden: bool,
}

impl Column {
    /// Whether it stands in lists that are taken out: a link would not work for long.
    pub fn is_exported(&self) -> bool {
        !self.hidden && !matches!(self.kind, Kind::FileLink | Kind::BackupLink)
    }
}

/// Which row of the other side belongs to this one.
#[derive(Clone, Copy)]
pub enum RelationKind {
    /// This row holds the other's key in the column with this index.
    BelongsTo { column: usize },
    /// The other rows hold this row's key in their column of this name.
    HasMany { column: &'static str },
}

/// A field that leads to another entity.
pub struct Relation {
    pub field: &'static str,
    pub doc: &'static str,
    pub kind: RelationKind,
    pub target: fn() -> &'static Meta,
}

/// A query field that finds one row by a business number.
pub struct Lookup {
    /// `invoiceByNumber`
    pub field: &'static str,
    /// Index of the column.
    pub column: usize,
}

/// A business date of an entity, and what stays as it is once that day is locked (spec 1.10).
pub struct Period {
    /// Index of the column; an instant counts on the tenant's day.
    pub column: usize,
    /// Indices of the columns that a lock keeps. The others follow from rows of other days, as
    /// what was paid of an invoice does.
    pub keeps: &'static [usize],
    /// Stored spelling of the status in which the date does not count yet.
    pub unless: Option<&'static str>,
    /// Stored spelling of the status that takes the row back, which a lock keeps from it.
    pub undone: Option<&'static str>,
}

/// The whole of an entity as data.
pub struct Meta {
    /// `BizhubInvoice`
    pub type_name: &'static str,
    /// `bizhub`
    pub module: &'static str,
    /// `invoice`
    pub singular: &'static str,
    /// `invoices`
    pub plural: &'static str,
    pub table: &'static str,
    pub doc: &'static str,
    /// `bizhub.invoice`; with an action behind it, a permission.
    pub permission: &'static str,
    /// `bizhub.invoice.read`
    pub read: &'static str,
    /// The first column is the key.
    pub columns: &'static [Column],
    pub relations: &'static [Relation],
    pub lookups: &'static [Lookup],
    /// Column index and whether descending.
    pub default_order: (usize, bool),
    /// Predicates for narrower grants: scope name and SQL over `t`; `{actor}` is the
    /// caller's key in its user table, `{person}` its whole id as the kernel's tables hold it.
    pub scopes: &'static [(&'static str, &'static str)],
    /// Its business dates, `#[period(payment_date)]` and the like.
    pub periods: &'static [Period],
    pub machine: Option<fn() -> &'static Machine>,
    /// Has `deleted_at`; lists leave deleted rows out.
    pub soft_delete: bool,
    /// Holds money, so that it answers `currency`.
    pub money: bool,
    /// A view: no version, no writes.
    pub view: bool,
}

impl Meta {
    /// Index of the column with this database name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Index of the column behind this GraphQL field.
    pub fn field(&self, field: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.field == field && !column.hidden)
    }

    /// The key column.
    pub fn key(&self) -> &'static Column {
        &self.columns[0]
    }

    /// Index of the status column that the machine moves.
    pub fn status(&self) -> Option<usize> {
        self.machine.and_then(|machine| self.column(machine().column))
    }

    /// `bizhub.invoice.read`
    pub fn permission_to(&self, action: &str) -> String {
        format!("{}.{action}", self.permission)
    }
}

/// A row that is also an entity; implemented by `#[derive(Entity)]`.
pub trait Entity: Sized + Clone + Send + Sync + 'static {
    const META: &'static Meta;

    /// Decodes a row that holds every column in order.
    fn decode(row: &Row) -> Result<Self, Fault>;

    /// The key, ready to be bound.
    fn key(&self) -> Bind;

    /// The value of a column, ready to be bound.
    fn value(&self, column: usize) -> Bind;
}

/// A typed handle on one column, for writes.
pub struct ColumnOf<E, T> {
    index: usize,
    typed: PhantomData<fn() -> (E, T)>,
}

impl<E: Entity, T: Cell> ColumnOf<E, T> {
    /// For the derive only: `index` is the column's place in the metadata.
    pub const fn new(index: usize) -> Self {
        Self { index, typed: PhantomData }
    }

    /// This column takes this value.
    pub fn to(&self, value: impl Into<T>) -> Set<E> {
        Set { index: self.index, value: value.into().bind(), typed: PhantomData }
    }
}

/// A column and the value it takes.
pub struct Set<E> {
    pub(crate) index: usize,
    pub(crate) value: Bind,
    typed: PhantomData<fn() -> E>,
}

impl<E: Entity> Set<E> {
    /// Only a machine's move writes a status.
    pub(crate) fn status(index: usize, stored: &'static str) -> Self {
        Set { index, value: Bind::Text(Some(stored.to_owned())), typed: PhantomData }
    }
}
