//! Settings that the tenant changed from their defaults.

use async_graphql::InputObject;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use crate::approval::FOUR_EYES_ENFORCED;
use crate::db::{Fault, Session, Tx};
use crate::entity::{Bind, Sql, decode};
use crate::job::OUTBOX_DAYS;
use crate::refusal::{Code, Refusal, Rule};
use crate::scalars::Json;
use crate::setting::Setting;
use crate::{Entity, mutation};

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

/// Which setting, and to what.
#[derive(InputObject)]
#[graphql(name = "TenantSettingSetInput")]
pub struct SetSetting {
    /// Name of the setting.
    pub key: String,
    /// The new value; null only where the setting knows it.
    pub value: Option<Json>,
    /// The version that was read.
    pub expected_version: Option<i32>,
    /// Why, for the audit log.
    pub reason: Option<String>,
}

mutation! {
    /// Sets one of the tenant's settings.
    pub TENANT_SETTING_SET = "tenantSettingSet"(SetSetting) -> TenantSetting,
    permission "platform.tenant_setting.update" => set
}

async fn set(tx: &mut Tx, input: SetSetting) -> Rule<TenantSetting> {
    let known = SETTINGS.iter().chain(tx.actor.module.settings);
    let Some(setting) = known.copied().find(|setting| setting.key == input.key) else {
        return Err(unknown(tx, &input.key).into());
    };
    let value = input.value.map_or(Value::Null, |json| json.0);
    if let Some(wanted) = (setting.check)(&value) {
        let message = format!("The setting {} takes {wanted}.", setting.key);
        return Err(Refusal::new(Code::BadFormat, "value", message).into());
    }
    if setting.key == BUSINESS_DATE.key {
        refuse_locked_today(tx, &value).await?;
    }
    let mut condition = Sql::new("t.key = ");
    condition.bind(Bind::Text(Some(input.key.clone()))).push(" FOR NO KEY UPDATE OF t");
    let Some(before) = tx.select::<TenantSetting>(condition).await?.pop() else {
        let sets = vec![TenantSetting::KEY.to(input.key), TenantSetting::VALUE.to(value)];
        return tx.insert(sets).await;
    };
    if let Some(expected) = input.expected_version {
        tx.expect_version(&before, expected).await?;
    }
    tx.update(&before, vec![TenantSetting::VALUE.to(value)]).await
}

/// Today is never in a locked period (spec 1.10), so that what is dated today need not be looked at.
async fn refuse_locked_today(tx: &mut Tx, value: &Value) -> Rule<()> {
    let today = fixed_date(value).unwrap_or_else(|| tx.actor.tenant.local_date(tx.now));
    let Some(through) = tx.locked_through().await?.filter(|through| today <= *through) else {
        return Ok(());
    };
    let message = format!("Days through {through} are locked, so {today} cannot be today.");
    let refusal = Refusal::new(Code::PeriodLocked, "value", message);
    let refusal = refusal.with("lockedThrough", through.to_string());
    Err(refusal.with("businessDate", today.to_string()).into())
}

fn unknown(tx: &Tx, key: &str) -> Refusal {
    let known = SETTINGS.iter().chain(tx.actor.module.settings);
    let keys: Vec<&str> = known.map(|setting| setting.key).collect();
    let message = format!("There is no setting {key:?}. There are: {}.", keys.join(", "));
    Refusal::new(Code::ReferenceNotFound, "key", message)
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
