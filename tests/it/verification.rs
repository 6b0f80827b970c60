//! `verify` for people and scripts: the query, the commands and their exit codes, what is
//! repaired, and since when something is broken.

use bizgraph_kernel::db::Session;
use bizgraph_kernel::verify;
use chrono::TimeDelta;
use serde_json::json;

use crate::program::{DataFolder, Program, run};
use crate::shop::Shop;
use crate::till::{cash, pieces, row, service};
use crate::world::World;

const QUERY: &str = "{ platform { verify { check entity id expected actual firstSeenAt } } }";

/// Exit code and everything that a command printed.
pub async fn told(arguments: &[&str], data: &DataFolder) -> (i32, String) {
    let output = run(arguments, &data.path()).await;
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

async fn meddle(data: &DataFolder, sql: &str) {
    let (_, url) = data.postmaster().unwrap();
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
}

#[tokio::test]
async fn an_administrator_reads_what_is_broken() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    let admin = world.person("admin").await;
    assert_eq!(world.read(&admin, QUERY).await["platform"]["verify"], json!([]));
    world.meddle("UPDATE bizhub.payments SET amount = 40").await;
    assert_eq!(
        world.read(&admin, QUERY).await["platform"]["verify"],
        json!([{
            "check": "B2", "entity": "invoice", "id": "1",
            "expected": "payments that fit Paid 50.00", "actual": "40.00 paid, 50.00 recorded",
            "firstSeenAt": null,
        }])
    );
}

#[tokio::test]
async fn only_an_administrator_may_verify() {
    let world = World::new().await;
    let manager = world.person("manager").await;
    let answer = world.send(&manager, QUERY, json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert_eq!(answer["data"]["platform"]["verify"], json!(null));
}

#[tokio::test]
async fn a_finding_keeps_the_instant_at_which_it_was_met_first() {
    let world = World::new().await;
    let tenant = world.kernel.tenant("bizhub").unwrap();
    let found = async || {
        let actor = world.kernel.system_actor(tenant.clone()).unwrap();
        let session = Session::new(world.kernel.database.clone(), actor, world.kernel.clock.now());
        let mut findings = verify::verify(&session, &world.kernel.cipher).await.unwrap();
        session.finish();
        verify::remember(&world.kernel, &tenant, &mut findings).await.unwrap();
        findings.iter().map(|it| it.first_seen_at.unwrap()).collect::<Vec<_>>()
    };
    world.meddle("UPDATE bizhub.number_series SET next = 2 WHERE name = 'invoice'").await;
    let first = found().await;
    assert_eq!(first, [world.kernel.clock.now()]);
    world.clock.advance(TimeDelta::hours(3));
    assert_eq!(found().await, first);
    world.meddle("UPDATE bizhub.number_series SET next = 1 WHERE name = 'invoice'").await;
    assert!(found().await.is_empty());
    world.meddle("UPDATE bizhub.number_series SET next = 2 WHERE name = 'invoice'").await;
    assert_eq!(found().await, [world.kernel.clock.now()]);
}

#[tokio::test]
async fn p3_no_message_is_passed_over() {
    let world = World::new().await;
    let message = "INSERT INTO bizhub.notifications (template, channel, recipient, subject, body, \
                   variables, dedupe_key, status, next_attempt_at, sent_at) VALUES \
                   ('x', 'sms', '+233201234567', '', 'x', '{}', 'a', 'pending', '2026-03-02 09:00Z', NULL)";
    world.meddle(message).await;
    world.verify().await;
    let later = message.replace(
        "'a', 'pending', '2026-03-02 09:00Z', NULL",
        "'b', 'sent', NULL, '2026-03-02 11:00Z'",
    );
    world.meddle(&later).await;
    assert_eq!(world.findings().await, ["P3 notification 1"]);
}

#[tokio::test]
async fn p4_every_hole_is_named() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    for _ in 0..3 {
        shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    }
    world
        .meddle("UPDATE bizhub.invoices SET invoice_number = 'INV-9' WHERE invoice_number = 'INV-000002'")
        .await;
    let admin = world.person("admin").await;
    let data = world.read(&admin, QUERY).await;
    assert_eq!(data["platform"]["verify"][0]["actual"], "none for INV-000002");
    assert_eq!(data["platform"]["verify"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn p5_no_session_belongs_to_somebody_who_may_not_log_in() {
    let world = World::new().await;
    let session = "INSERT INTO bizhub.sessions (id, user_id, token_hash, created_at, last_seen_at, expires_at) \
                   SELECT '00000000-0000-7000-8000-000000000001', id::text, sha256('x'), '2026-03-02 08:00Z', \
                   '2026-03-02 08:00Z', '2026-03-02 20:00Z' FROM bizhub.users WHERE username = 'sales'";
    world.meddle(session).await;
    world.verify().await;
    world.meddle("UPDATE bizhub.users SET is_active = FALSE WHERE username = 'sales'").await;
    assert_eq!(world.findings().await, ["P5 session 00000000-0000-7000-8000-000000000001"]);
    world.meddle("UPDATE bizhub.sessions SET revoked_at = '2026-03-02 08:30Z'").await;
    world.verify().await;
}

#[tokio::test]
async fn p6_the_row_of_a_call_with_a_key_is_there() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let input = json!({
        "lines": [service("50.00")], "tenders": [cash("50.00")], "idempotencyKey": "till-7",
    });
    world.done(&shop.sales, "bizhubInvoiceCheckout", input, "").await;
    world
        .meddle(
            "UPDATE bizhub.idempotency_records SET outcome = jsonb_set(outcome, '{key}', '\"77\"')",
        )
        .await;
    let found = world.findings().await;
    assert!(found.len() == 1 && found[0].ends_with(" till-7"), "{found:?}");
}

#[tokio::test]
async fn repair_computes_projections_anew_and_touches_no_money() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(10).await;
    shop.draft(json!([pieces(&chargers, 3)])).await;
    shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    world
        .meddle(
            "UPDATE bizhub.bulk_stock SET reserved = 7; \
             UPDATE bizhub.invoices SET amount_paid = 49 WHERE status = 'Paid'",
        )
        .await;
    let tenant = world.kernel.tenant("bizhub").unwrap();
    let repaired = verify::repair(&world.kernel, &tenant).await.unwrap();
    assert_eq!(repaired.len(), 1);
    assert_eq!((repaired[0].old.as_str(), repaired[0].new.as_str()), ("7", "3"));
    assert_eq!(world.value("SELECT reserved FROM bizhub.bulk_stock").await, 3);
    let changed = "SELECT extract(epoch FROM updated_at)::bigint FROM bizhub.bulk_stock";
    assert_eq!(world.value(changed).await, world.kernel.clock.now().timestamp());
    assert_eq!(world.findings().await, ["B2 invoice 2"]);
    let entry = "SELECT entity, entity_id, old_values, new_values FROM bizhub.audit_entries \
                 WHERE action = 'repair'";
    assert_eq!(
        world.rows(entry).await,
        [json!({
            "entity": "BizhubBulkStock", "entity_id": row(&chargers),
            "old_values": { "reserved": "7" }, "new_values": { "reserved": "3" },
        })]
    );
}

#[tokio::test]
async fn scripts_tell_by_the_exit_code_what_was_found() {
    let data = DataFolder::new();
    let program = Program::serve(&data).await;
    let (code, text) = told(&["verify"], &data).await;
    assert!(code == 0 && text.starts_with("Nothing found: "), "{code} {text}");
    meddle(&data, "UPDATE bizhub.number_series SET next = 2 WHERE name = 'invoice'").await;
    let (code, text) = told(&["verify", "--tenant", "bizhub"], &data).await;
    assert!(code == 1 && text.starts_with("bizhub: P4 number_series invoice: "), "{code} {text}");
    let (code, text) = told(&["verify", "--tenant", "nobody"], &data).await;
    assert!(code == 2 && text.contains("there is no tenant"), "{code} {text}");
    program.terminate();
}

#[tokio::test]
async fn the_trail_is_verified_by_command_against_a_head_that_was_noted() {
    let data = DataFolder::new();
    let program = Program::serve(&data).await;
    program.administrator(false).await;
    let audit = ["audit", "verify", "--tenant", "bizhub"];
    let head = loop {
        let (code, text) = told(&audit, &data).await;
        assert_eq!(code, 0, "{text}");
        if let Some((_, head)) = text.trim().rsplit_once("head ") {
            break head.to_owned();
        }
    };
    let with_head = [&audit[..], &["--head", &head]].concat();
    assert_eq!(told(&with_head, &data).await.0, 0);
    meddle(&data, "DELETE FROM bizhub.audit_seals; DELETE FROM bizhub.audit_entries").await;
    assert_eq!(told(&audit, &data).await.0, 0);
    let (code, text) = told(&with_head, &data).await;
    assert!(code == 1 && text.contains("the head that was noted is not in the chain"), "{text}");
    program.terminate();
}
