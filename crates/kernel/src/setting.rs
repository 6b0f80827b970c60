//! Settings of a tenant: typed, with a default and bounds stated once.

use bigdecimal::Signed;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::auth::SETTINGS;
use crate::db::{Fault, Session, Tx};
use crate::entity::row::Row;
use crate::entity::sql::{Bind, Sql};
use crate::module::Module;
use crate::refusal::Rule;

/// A setting that a module declares.
pub struct Setting {
    /// `bizhub.refund_days`
    pub key: &'static str,
    pub doc: &'static str,
    /// The default as JSON text.
    pub default: &'static str,
    /// Says what is wrong with a value; `None` when it is fine.
    pub check: fn(&Value) -> Option<&'static str>,
}

impl Setting {
    fn default_value(&self) -> Result<Value, Fault> {
        serde_json::from_str(self.default).map_err(|error| Fault::decode(error.into()))
    }

    /// The settings of the platform and of a module.
    pub(crate) fn of(module: &Module) -> impl Iterator<Item = &'static Setting> {
        SETTINGS.iter().chain(module.settings).copied()
    }

    /// The one of them with this key.
    pub(crate) fn named(module: &Module, key: &str) -> Option<&'static Setting> {
        Setting::of(module).find(|setting| setting.key == key)
    }

    /// The tenant's value, or the default, as one JSON value of a statement.
    pub(crate) fn value_sql(&self) -> Sql {
        let mut sql = Sql::new("COALESCE((");
        sql.append(self.query()).push("), ");
        sql.bind(Bind::Text(Some(self.default.to_owned()))).push("::text::jsonb)");
        sql
    }

    fn query(&self) -> Sql {
        let mut sql = Sql::new("SELECT value FROM tenant_settings WHERE key = ");
        sql.bind(Bind::Text(Some(self.key.to_owned())));
        sql
    }

    fn read<T: DeserializeOwned>(&self, rows: &[Row]) -> Result<T, Fault> {
        let value = match rows.first() {
            Some(row) => crate::entity::decode(row, 0)?,
            None => self.default_value()?,
        };
        serde_json::from_value(value).map_err(|error| Fault::decode(error.into()))
    }
}

impl Tx {
    /// The tenant's value of a setting, or its default.
    ///
    /// # Errors
    /// A fault when the stored value is not of the type asked for.
    pub async fn setting<T: DeserializeOwned>(&mut self, setting: &Setting) -> Rule<T> {
        let rows = self.load(setting.query()).await?;
        Ok(setting.read(&rows)?)
    }
}

impl Session {
    /// The tenant's value of a setting, or its default.
    ///
    /// # Errors
    /// A fault when the stored value is not of the type asked for.
    pub async fn setting<T: DeserializeOwned>(&self, setting: &Setting) -> Result<T, Fault> {
        setting.read(&self.load(setting.query()).await?)
    }
}

/// A check for a text of at most 1,000 characters.
pub fn is_text(value: &Value) -> Option<&'static str> {
    let fits = value.as_str().is_some_and(|text| text.chars().count() <= 1_000);
    (!fits).then_some("a text of at most 1000 characters")
}

/// A check for a true-or-false setting.
pub fn is_bool(value: &Value) -> Option<&'static str> {
    (!value.is_boolean()).then_some("true or false")
}

/// A check for a whole number from 0 to 100,000.
pub fn is_count(value: &Value) -> Option<&'static str> {
    let fits = value.as_u64().is_some_and(|count| count <= 100_000);
    (!fits).then_some("a whole number from 0 to 100000")
}

/// A check for a percentage from 0 to 100, as text.
pub fn is_percent(value: &Value) -> Option<&'static str> {
    let percent = value.as_str().and_then(crate::money::parse_decimal);
    let fits = percent.is_some_and(|percent| !percent.is_negative() && percent <= 100);
    (!fits).then_some("a percentage as text, such as \"90\"")
}

/// A check for an amount that is not negative, as text.
pub fn is_amount(value: &Value) -> Option<&'static str> {
    let amount = value.as_str().and_then(crate::money::parse_decimal);
    let fits = amount.is_some_and(|amount| !amount.is_negative());
    (!fits).then_some("an amount as text, such as \"5000.00\"")
}
