//! Handing a backup out.

use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::refusal::{Code, Rejection};
use bizgraph_kernel::stored_file::Linked;
use chrono::TimeDelta;
use futures_util::TryStreamExt;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{backups, begun, made};
use crate::world::World;

async fn link(world: &World, backup: &str) -> String {
    let admin = world.person("admin").await;
    let input = json!({ "backupId": backup, "reason": "The auditors keep one" });
    let payload =
        world.done(&admin, "rimBackupDownload", input, "backup { id } downloadUrl expiresAt").await;
    assert_eq!(payload["expiresAt"], "2026-03-02T09:15:00Z");
    payload["downloadUrl"].as_str().unwrap().strip_prefix("/files/").unwrap().to_owned()
}

#[tokio::test]
async fn the_link_leads_to_the_sealed_file_for_fifteen_minutes() {
    let world = World::rim().await;
    let backup = made(&world, "FULL").await;
    let link = link(&world, &backup).await;
    let Linked::File(file) = world.kernel.follow(&link, &Origin::default()).await.unwrap() else {
        panic!()
    };
    assert!(file.name.ends_with(".backup"), "{}", file.name);
    let pieces: Vec<_> = file.pieces.try_collect().await.unwrap();
    let bytes = pieces.concat();
    assert_eq!(bytes.len() as u64, file.byte_length);
    let sha256: String = Sha256::digest(&bytes).iter().map(|it| format!("{it:02x}")).collect();
    let row = &backups(&world, "size, sha256").await[0];
    assert_eq!(row, &json!({ "size": bytes.len(), "sha256": sha256 }));
    let reveals = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(!reveals("+234803") && !reveals("COPY") && reveals("BIZGBAK1"));
    world.clock.advance(TimeDelta::minutes(15));
    let Err(Rejection::Refused(refusals)) = world.kernel.follow(&link, &Origin::default()).await
    else {
        panic!()
    };
    assert_eq!(refusals[0].code, Code::Expired);
}

/// The document's field: a link with each reading, for whoever could ask for one by the mutation,
/// and in the trail like it.
#[tokio::test]
async fn the_documents_field_is_a_link_for_whoever_may_have_one() {
    let world = World::rim().await;
    made(&world, "FULL").await;
    world.clock.advance(TimeDelta::hours(1));
    begun(&world, "FULL").await;
    let (admin, auditor) = (world.person("admin").await, world.person("auditor").await);
    let query = "{ rim { backups { nodes { status downloadUrl } } } }";
    let nodes = world.read(&admin, query).await["rim"]["backups"]["nodes"].clone();
    assert_eq!(nodes[0], json!({ "status": "IN_PROGRESS", "downloadUrl": null }));
    let link = nodes[1]["downloadUrl"].as_str().unwrap().strip_prefix("/files/").unwrap();
    let Linked::File(file) = world.kernel.follow(link, &Origin::default()).await.unwrap() else {
        panic!()
    };
    let size = world.value("SELECT size FROM rim.backups WHERE status = 'success'").await;
    assert_eq!(json!(file.byte_length), size);
    let trail = "SELECT actor_name, new_values -> 'fields' AS fields FROM rim.audit_entries \
                 WHERE action = 'read_sensitive' AND entity = 'RimBackup'";
    let told = json!({ "actor_name": "admin", "fields": ["downloadUrl"] });
    assert_eq!(world.rows(trail).await, [told]);
    world.clock.advance(TimeDelta::minutes(15));
    let Err(Rejection::Refused(refusals)) = world.kernel.follow(link, &Origin::default()).await
    else {
        panic!()
    };
    assert_eq!(refusals[0].code, Code::Expired);
    let answer = world.send(&auditor, query, json!({})).await;
    assert_eq!(answer["data"]["rim"]["backups"]["nodes"][1]["downloadUrl"], json!(null));
    assert_eq!(answer["extensions"]["redactions"], json!(["rim.backups.nodes.downloadUrl"]));
    world.meddle("UPDATE rim.backups SET removed_at = now() WHERE status = 'success'").await;
    let nodes = world.read(&admin, query).await["rim"]["backups"]["nodes"].clone();
    assert_eq!(nodes[1]["downloadUrl"], json!(null));
}

/// A tenant that was filled from another one's backup has that one's list, and not its files.
#[tokio::test]
async fn no_field_leads_to_the_files_of_another_tenant() {
    let world = World::rim().await;
    made(&world, "FULL").await;
    let admin = world.person("admin").await;
    world.meddle("UPDATE rim.backups SET location = replace(location, 'rim/', 'ikeja/')").await;
    let query = "{ rim { backups { nodes { downloadUrl } } } }";
    let nodes = world.read(&admin, query).await["rim"]["backups"]["nodes"].clone();
    assert_eq!(nodes, json!([{ "downloadUrl": null }]));
}

#[tokio::test]
async fn who_was_handed_one_stands_in_the_trail() {
    let world = World::rim().await;
    let backup = made(&world, "FULL").await;
    link(&world, &backup).await;
    let trail = "SELECT actor_name, reason FROM rim.audit_entries WHERE action = 'download' \
                 AND entity = 'RimBackup'";
    assert_eq!(
        world.rows(trail).await,
        [json!({ "actor_name": "admin", "reason": "The auditors keep one" })]
    );
}

#[tokio::test]
async fn only_who_may_write_backups_is_handed_one() {
    let world = World::rim().await;
    let backup = made(&world, "FULL").await;
    for username in ["auditor", "operations"] {
        let person = world.person(username).await;
        let input = json!({ "backupId": backup });
        let refused = world.refused(&person, "rimBackupDownload", input).await;
        assert_eq!(refused, ["FORBIDDEN "], "{username}");
    }
    let other = world.person_of("ikeja", "admin").await;
    let input = json!({ "backupId": backup });
    assert_eq!(world.refused(&other, "rimBackupDownload", input).await, ["NOT_FOUND backupId"]);
}

#[tokio::test]
async fn one_that_is_not_there_is_not_handed_out() {
    let world = World::rim().await;
    let backup = begun(&world, "FULL").await;
    let admin = world.person("admin").await;
    let input = json!({ "backupId": backup });
    let download = "rimBackupDownload";
    let refused = world.refused(&admin, download, input.clone()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED backupId"]);
    world.run_job("makeBackups").await;
    world.clock.advance(TimeDelta::days(30));
    world.run_job("removeBackups").await;
    assert_eq!(world.refused(&admin, download, input).await, ["EXPIRED backupId"]);
}
