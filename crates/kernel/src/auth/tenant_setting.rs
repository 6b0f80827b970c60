//! Settings that the tenant changed from their defaults.

mod set;

pub use set::TENANT_SETTING_SET;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use crate::Entity;
use crate::approval::FOUR_EYES_ENFORCED;
use crate::db::{Fault, Session};
use crate::entity::{Bind, Sql, decode};
use crate::job::OUTBOX_DAYS;
use crate::setting::Setting;

/// A closed day that stands for today (spec 1.4.3).
pub static BUSINESS_DATE: Setting = Setting {
    key: "business_date",
    doc: "The day that counts as today, for a tenant that closes its days by hand or is tried \
          out; null follows the tenant's own calendar.",
    default: "null",
    check: is_date_or_null,
};

/// The settings that every module has.
pub static SETTINGS: &[&Setting] = &[&FOUR_EYES_ENFORCED, &BUSINESS_DATE, &OUTBOX_DAYS];

fn is_date_or_null(value: &Value) -> Option<&'static str> {
    let fits = value.is_null() || fixed_date(value).is_some();
    (!fits).then_some("a date such as \"2026-11-21\", or null")
}

/// The day that a stored [`BUSINESS_DATE`] fixes.
pub(crate) fn fixed_date(value: &Value) -> Option<NaiveDate> {
    let text = value.as_str().filter(|text| text.len() == 10)?;
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// The closed day that the tenant fixed, if it did.
///
/// # Errors
/// When the setting cannot be read.
pub(crate) async fn read_fixed_date(session: &Session) -> Result<Option<NaiveDate>, Fault> {
    let mut sql = Sql::new("SELECT value FROM tenant_settings WHERE key = ");
    sql.bind(Bind::Text(Some(BUSINESS_DATE.key.to_owned())));
    let rows = session.load(sql).await?;
    let value: Option<Value> = rows.first().map(|row| decode(row, 0)).transpose()?;
    Ok(value.as_ref().and_then(fixed_date))
}

/// A setting that the tenant changed from its default.
#[derive(Entity, Clone, Debug)]
#[entity(type_name = "TenantSetting", table = tenant_settings, module = "platform",
    permission = "platform.tenant_setting", default_order = key)]
pub struct TenantSetting {
    pub id: i32,
    /// Name of the setting.
    #[entity(filter, order)]
    pub key: String,
    /// What it is set to.
    pub value: Value,
    /// Moves on with every change.
    pub version: i32,
    /// When it was first set.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_business_date_is_a_date_or_null() {
        assert_eq!(is_date_or_null(&json!(null)), None);
        assert_eq!(is_date_or_null(&json!("2026-11-21")), None);
        for wrong in [json!("2026-02-30"), json!("21.11.2026"), json!(20261121), json!("")] {
            assert!(is_date_or_null(&wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn defaults_meet_their_own_checks() {
        for setting in SETTINGS {
            let default = serde_json::from_str(setting.default).unwrap();
            assert_eq!((setting.check)(&default), None, "{}", setting.key);
        }
    }
}
