//! When backups are made, where they go and how long they stay, changed (spec 5.8, 5.10). What
//! makes them fewer, rarer, shorter-lived or less safe takes two people.

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use chrono::NaiveTime;

use super::{BackupFrequency, BackupSettings, StorageLocation, locked};
use crate::backup::BackupType;

/// What changes; a field left out stays as it is, null clears it.
#[derive(InputObject)]
#[graphql(name = "RimBackupSettingsUpdateInput")]
pub struct Update {
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Whether backups are made by themselves.
    pub enabled: Option<bool>,
    /// How often; weekly is on Mondays, monthly on the first.
    pub frequency: Option<BackupFrequency>,
    /// When in the day, `HH:mm` in the tenant's time zone.
    pub time: Option<String>,
    /// Days that a backup is kept, from 1 to 3,650; whatever else keeps it, then it is removed.
    pub retention_days: Option<i32>,
    /// Daily backups that are kept at most, from 0 to 366.
    pub keep_daily: Option<i32>,
    /// Weekly backups that are kept at most, from 0 to 104.
    pub keep_weekly: Option<i32>,
    /// Monthly backups that are kept at most, from 0 to 120.
    pub keep_monthly: Option<i32>,
    /// How much they hold. Of incremental ones, the first is full, and one after each six.
    pub backup_type: Option<BackupType>,
    /// Where they go.
    pub storage_location: Option<StorageLocation>,
    /// Whose store it is; required where backups go to the cloud, and only there.
    pub cloud_provider: MaybeUndefined<String>,
    /// Why, at most 500 characters, for the audit log.
    pub reason: Option<String>,
}

mutation! {
    /// Changes when backups are made, where they go and how long they stay. What weakens them
    /// waits for a second person.
    pub UPDATE = "rimBackupSettingsUpdate"(Update) -> BackupSettings,
    permission "rim.backup_settings.update"
    approved by "rim.backup_settings.update" => update
}

/// Changes the settings (spec 5.10).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<BackupSettings> {
    let before = locked(tx).await?;
    if let Some(expected) = input.expected_version {
        tx.expect_version(&before, expected).await?;
    }
    tx.optional_text(input.reason.clone(), "reason", 500);
    let after = changed(tx, &before, input);
    check(tx, &after);
    tx.settle()?;
    if let Some(weaker) = weaker(&before, &after) {
        tx.four_eyes(&before, format!("Change the backups: {weaker}")).await?;
    }
    let next = after.next_after(&tx.actor.tenant.time_zone, tx.now);
    let is_same = (before.enabled, before.frequency, &before.time)
        == (after.enabled, after.frequency, &after.time);
    let next = if is_same && before.next_backup.is_some() { before.next_backup } else { next };
    let sets = vec![
        BackupSettings::ENABLED.to(after.enabled),
        BackupSettings::FREQUENCY.to(after.frequency),
        BackupSettings::TIME.to(after.time),
        BackupSettings::RETENTION_DAYS.to(after.retention_days),
        BackupSettings::KEEP_DAILY.to(after.keep_daily),
        BackupSettings::KEEP_WEEKLY.to(after.keep_weekly),
        BackupSettings::KEEP_MONTHLY.to(after.keep_monthly),
        BackupSettings::BACKUP_TYPE.to(after.backup_type),
        BackupSettings::STORAGE_LOCATION.to(after.storage_location),
        BackupSettings::CLOUD_PROVIDER.to(after.cloud_provider),
        BackupSettings::NEXT_BACKUP.to(next),
    ];
    tx.update(&before, sets).await
}

/// The settings as they would be.
fn changed(tx: &mut Tx, before: &BackupSettings, input: Update) -> BackupSettings {
    let location = input.storage_location.unwrap_or(before.storage_location);
    let provider = match Option::<Option<String>>::from(input.cloud_provider) {
        Some(given) => tx.optional_text(given, "cloudProvider", 50),
        // Whoever moves them home need not say that nobody keeps them any more.
        None => before.cloud_provider.clone().filter(|_| location == StorageLocation::Cloud),
    };
    BackupSettings {
        enabled: input.enabled.unwrap_or(before.enabled),
        frequency: input.frequency.unwrap_or(before.frequency),
        time: input.time.unwrap_or_else(|| before.time.clone()),
        retention_days: input.retention_days.unwrap_or(before.retention_days),
        keep_daily: input.keep_daily.unwrap_or(before.keep_daily),
        keep_weekly: input.keep_weekly.unwrap_or(before.keep_weekly),
        keep_monthly: input.keep_monthly.unwrap_or(before.keep_monthly),
        backup_type: input.backup_type.unwrap_or(before.backup_type),
        storage_location: location,
        cloud_provider: provider,
        ..before.clone()
    }
}

fn check(tx: &mut Tx, after: &BackupSettings) {
    // The library also takes blanks in place of digits.
    let is_time = NaiveTime::parse_from_str(&after.time, "%H:%M")
        .is_ok_and(|time| time.format("%H:%M").to_string() == after.time);
    tx.require(is_time, || {
        let message = "A time of day such as 02:30, from 00:00 to 23:59.";
        Refusal::new(Code::BadFormat, "time", message)
    });
    for (value, least, most, field) in [
        (after.retention_days, 1, 3_650, "retentionDays"),
        (after.keep_daily, 0, 366, "keepDaily"),
        (after.keep_weekly, 0, 104, "keepWeekly"),
        (after.keep_monthly, 0, 120, "keepMonthly"),
    ] {
        tx.require((least..=most).contains(&value), || {
            let message = format!("A whole number from {least} to {most}.");
            let refusal = Refusal::new(Code::OutOfRange, field, message);
            refusal.with("least", least).with("most", most)
        });
    }
    match (after.storage_location, &after.cloud_provider) {
        (StorageLocation::Cloud, None) => {
            let message = "Backups that go to the cloud need its provider.";
            tx.refuse(Refusal::new(Code::Required, "cloudProvider", message));
        }
        (StorageLocation::Local, Some(_)) => {
            let message = "Only backups that go to the cloud have a provider.";
            tx.refuse(Refusal::new(Code::ValidationFailed, "cloudProvider", message));
        }
        _ => {}
    }
}

/// What is weaker afterwards, in words.
fn weaker(before: &BackupSettings, after: &BackupSettings) -> Option<String> {
    let rarity = |frequency| match frequency {
        BackupFrequency::Daily => 0,
        BackupFrequency::Weekly => 1,
        BackupFrequency::Monthly => 2,
    };
    let moves_home = before.storage_location == StorageLocation::Cloud
        && after.storage_location == StorageLocation::Local;
    let holds_less =
        before.backup_type == BackupType::Full && after.backup_type == BackupType::Incremental;
    let all = [
        (before.enabled && !after.enabled, "switched off"),
        (rarity(after.frequency) > rarity(before.frequency), "rarer"),
        (after.retention_days < before.retention_days, "kept for fewer days"),
        (after.keep_daily < before.keep_daily, "fewer daily ones kept"),
        (after.keep_weekly < before.keep_weekly, "fewer weekly ones kept"),
        (after.keep_monthly < before.keep_monthly, "fewer monthly ones kept"),
        (holds_less, "only what changed"),
        (moves_home, "no longer elsewhere"),
    ];
    let weaker: Vec<&str> = all.iter().filter(|(is, _)| *is).map(|(_, says)| *says).collect();
    (!weaker.is_empty()).then(|| weaker.join(", "))
}
