//! The one row of settings.

use serde_json::json;

use crate::world::World;

const SHOWN: &str = "backupSettings { enabled frequency time retentionDays backupType \
                     storageLocation cloudProvider nextBackup } ";

#[tokio::test]
async fn what_strengthens_backups_takes_one_person_and_the_next_one_is_computed() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let input = json!({ "enabled": true, "time": "02:30", "retentionDays": 90 });
    let done = world.done(&admin, "rimBackupSettingsUpdate", input, SHOWN).await;
    assert_eq!(
        done["backupSettings"],
        json!({
            "enabled": true, "frequency": "DAILY", "time": "02:30", "retentionDays": 90,
            "backupType": "FULL", "storageLocation": "LOCAL", "cloudProvider": null,
            "nextBackup": "2026-03-03T01:30:00Z",
        })
    );
    assert_eq!(world.value("SELECT count(*) FROM rim.backup_settings").await, 1);
}

#[tokio::test]
async fn what_weakens_backups_takes_a_second_person() {
    let world = World::rim().await;
    super::set(&world, "enabled = TRUE, frequency = 'daily'").await;
    let admin = world.person("admin").await;
    for weaker in [
        json!({ "enabled": false }),
        json!({ "frequency": "WEEKLY" }),
        json!({ "retentionDays": 29 }),
        json!({ "keepDaily": 6 }),
        json!({ "keepWeekly": 3 }),
        json!({ "keepMonthly": 5 }),
        json!({ "backupType": "INCREMENTAL" }),
    ] {
        world.meddle("DELETE FROM rim.approval_requests").await;
        let shown = "backupSettings { version } approvalRequest { status summary }";
        let payload = world.call(&admin, "rimBackupSettingsUpdate", weaker.clone(), shown).await;
        assert_eq!(payload["approvalRequest"]["status"], "PENDING", "{weaker} {payload:#}");
    }
    let same = "SELECT enabled, frequency, retention_days, version FROM rim.backup_settings";
    assert_eq!(
        world.rows(same).await,
        [json!({ "enabled": true, "frequency": "daily", "retention_days": 30, "version": 1 })]
    );
}

#[tokio::test]
async fn a_provider_is_named_if_and_only_if_they_go_to_the_cloud() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let update = "rimBackupSettingsUpdate";
    let input = json!({ "storageLocation": "CLOUD" });
    assert_eq!(world.refused(&admin, update, input).await, ["REQUIRED cloudProvider"]);
    let input = json!({ "cloudProvider": "aws" });
    assert_eq!(world.refused(&admin, update, input).await, ["VALIDATION_FAILED cloudProvider"]);
    let input = json!({ "storageLocation": "CLOUD", "cloudProvider": "aws" });
    let done = world.done(&admin, update, input, SHOWN).await;
    assert_eq!(done["backupSettings"]["cloudProvider"], "aws");
    let input = json!({ "cloudProvider": null });
    assert_eq!(world.refused(&admin, update, input).await, ["REQUIRED cloudProvider"]);
}

#[tokio::test]
async fn times_and_numbers_are_checked() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    for time in
        ["24:00", "2:30", "02:60", "02:30:00", "noon", "", "+2:30", " 2:30", "2: 30", "02:3 "]
    {
        let input = json!({ "time": time });
        let refused = world.refused(&admin, "rimBackupSettingsUpdate", input).await;
        assert_eq!(refused, ["BAD_FORMAT time"], "{time}");
    }
    let input = json!({ "retentionDays": 0, "keepDaily": 367, "keepWeekly": -1 });
    assert_eq!(
        world.refused(&admin, "rimBackupSettingsUpdate", input).await,
        ["OUT_OF_RANGE retentionDays", "OUT_OF_RANGE keepDaily", "OUT_OF_RANGE keepWeekly"]
    );
    let input = json!({ "time": "03:00", "expectedVersion": 7 });
    assert_eq!(
        world.refused(&admin, "rimBackupSettingsUpdate", input).await,
        ["STALE_VERSION expectedVersion"]
    );
}

#[tokio::test]
async fn who_may_only_read_them_changes_nothing() {
    let world = World::rim().await;
    let auditor = world.person("auditor").await;
    let input = json!({ "enabled": true });
    let refused = world.refused(&auditor, "rimBackupSettingsUpdate", input).await;
    assert_eq!(refused, ["FORBIDDEN "]);
}

#[tokio::test]
async fn there_is_exactly_one_row_of_each_settings() {
    let world = World::rim().await;
    world.verify().await;
    world.meddle("DELETE FROM rim.backup_settings").await;
    assert_eq!(world.findings().await, ["R10 backup_settings all"]);
}
