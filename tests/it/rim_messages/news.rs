//! What customers are told of their loans, by the tenant's templates (spec 5.12).

use chrono::TimeDelta;
use serde_json::json;

use super::{letters, template};
use crate::rim_loans::{agreed, asked, connect_telecom, lent};
use crate::world::World;

/// Channel, title, message and how far it came, of everything that was written.
async fn told(world: &World) -> Vec<String> {
    let rows = letters(world, "channel || ' | ' || message || ' | ' || status AS it").await;
    rows.iter().map(|row| row["it"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_agreement_is_told_by_mail_and_by_sms_and_goes_through_the_outbox() {
    let world = World::rim().await;
    agreed(&world, "6000.00").await;
    assert_eq!(
        told(&world).await,
        [
            "email | Dear Ada, your loan LOAN-2026-001 of NGN 6000.00 was approved. | pending",
            "sms | Your loan LOAN-2026-001 of NGN 6000.00 was approved. | pending",
        ]
    );
    let outbox = "SELECT channel, recipient, subject, is_html FROM rim.notifications ORDER BY id";
    assert_eq!(
        world.rows(outbox).await,
        [
            json!({ "channel": "email", "recipient": "ada@rim.example",
                "subject": "Your loan was approved", "is_html": true }),
            json!({ "channel": "sms", "recipient": "+2348030000001",
                "subject": "loan_approved", "is_html": false }),
        ]
    );
    super::deliver(&world.kernel).await;
    let sent = letters(&world, "status, sent_at IS NOT NULL AS at, type, recipient_type").await;
    let expected = json!({
        "status": "sent", "at": true, "type": "scheduled", "recipient_type": "user",
    });
    assert_eq!(sent, [expected.clone(), expected]);
}

#[tokio::test]
async fn an_agreement_by_the_rules_is_told_too() {
    let world = World::rim().await;
    world.meddle("UPDATE rim.users SET credit_score = 900").await;
    asked(&world, "1000.00").await;
    assert_eq!(told(&world).await.len(), 2);
}

#[tokio::test]
async fn a_rejection_is_told_with_its_reason_and_an_sms_is_cut_to_one() {
    let world = World::rim().await;
    let loan = asked(&world, "1000.00").await;
    let officer = world.person("officer").await;
    let input = json!({ "loanId": loan, "reason": format!("<b>{}</b>", "no ".repeat(100)) });
    world.done(&officer, "rimLoanReject", input, "").await;
    let said = told(&world).await;
    assert!(said[0].contains("was not approved: &lt;b&gt;no no"), "{said:?}");
    let sms = &letters(&world, "message").await[1]["message"];
    let sms = sms.as_str().unwrap();
    assert!(sms.starts_with("Your loan LOAN-2026-001 was not approved: <b>no no"), "{sms}");
    assert!(sms.ends_with("...") && sms.chars().count() <= 160, "{sms}");
}

#[tokio::test]
async fn airtime_that_arrived_is_told_with_what_is_due_and_when() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    assert_eq!(
        told(&world).await[3],
        "sms | NGN 1000.00 of airtime was sent. Please pay back NGN 1150.00 by 2026-03-16. | pending"
    );
}

#[tokio::test]
async fn a_loan_that_is_late_is_told_once() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    let late = "SELECT count(*)::integer AS n FROM rim.notification_histories \
                WHERE dedupe_key LIKE 'loan_overdue:%'";
    for (days, expected) in [(14, 0), (1, 2), (0, 2), (1, 2), (5, 2)] {
        world.clock.advance(TimeDelta::days(days));
        world.run_job("tellOverdueBorrowers").await;
        assert_eq!(world.value(late).await, expected);
    }
}

#[tokio::test]
async fn by_a_template_that_is_switched_off_nothing_is_sent() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    let id = template(&world, "emailTemplates", "loan_approved").await;
    let input = json!({ "emailTemplateId": id });
    let shown = "emailTemplate { enabled }";
    let done = world.done(&marketing, "rimEmailTemplateDisable", input.clone(), shown).await;
    assert_eq!(done["emailTemplate"]["enabled"], false);
    agreed(&world, "6000.00").await;
    assert_eq!(letters(&world, "channel").await, [json!({ "channel": "sms" })]);
    world.done(&marketing, "rimEmailTemplateEnable", input, "").await;
    let text = template(&world, "smsTemplates", "loan_approved").await;
    let input = json!({ "smsTemplateId": text });
    world.done(&marketing, "rimSmsTemplateDisable", input, "").await;
    crate::rim_loans::allow_loans(&world, 3).await;
    let loan = asked(&world, "1500.00").await;
    let officer = world.person("officer").await;
    world.done(&officer, "rimLoanApprove", json!({ "loanId": loan }), "").await;
    assert_eq!(letters(&world, "channel").await[1..], [json!({ "channel": "email" })]);
}

#[tokio::test]
async fn who_opted_out_gets_no_marketing_and_hears_of_their_own_affairs() {
    let world = World::rim().await;
    world.meddle("UPDATE rim.users SET email_opt_out = TRUE, sms_opt_out = TRUE").await;
    agreed(&world, "6000.00").await;
    assert_eq!(letters(&world, "id").await.len(), 2);
    world.meddle("UPDATE rim.email_templates SET type = 'marketing'").await;
    crate::rim_loans::allow_loans(&world, 3).await;
    agreed_again(&world).await;
    assert_eq!(letters(&world, "channel").await[2..], [json!({ "channel": "sms" })]);
}

async fn agreed_again(world: &World) {
    let loan = asked(world, "1500.00").await;
    let officer = world.person("officer").await;
    world.done(&officer, "rimLoanApprove", json!({ "loanId": loan }), "").await;
}

/// A template that somebody broke behind the server's back stops no loan.
#[tokio::test]
async fn a_template_that_cannot_be_filled_fails_its_message_and_not_the_loan() {
    let world = World::rim().await;
    world.meddle("UPDATE rim.email_templates SET body = '{{weather}}'").await;
    agreed(&world, "6000.00").await;
    let rows = letters(&world, "channel, status, error_message IS NOT NULL AS why").await;
    assert_eq!(rows[0], json!({ "channel": "email", "status": "failed", "why": true }));
    assert_eq!(rows[1]["status"], "pending");
}
