//! Setting a setting of the tenant (spec 1.1): one that there is, to a value that it takes. No day
//! of a locked period can be made today (spec 1.10).

use async_graphql::InputObject;
use serde_json::Value;

use super::{BUSINESS_DATE, TenantSetting, fixed_date};
use crate::db::Tx;
use crate::entity::{Bind, Sql};
use crate::mutation;
use crate::refusal::{Code, Refusal, Rule};
use crate::scalars::Json;
use crate::setting::Setting;

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
    let Some(setting) = Setting::named(tx.actor.module, &input.key) else {
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
    let keys: Vec<&str> = Setting::of(tx.actor.module).map(|setting| setting.key).collect();
    let message = format!("There is no setting {key:?}. There are: {}.", keys.join(", "));
    Refusal::new(Code::ReferenceNotFound, "key", message)
}
