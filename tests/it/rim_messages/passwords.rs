//! A one-time password goes to its person by the templates `password_reset`, and is not kept in
//! what is told of the message (spec 5.8, 5.12, 1.8).

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Postman, deliver, letters, server, template};
use crate::rim::{role, staff};
use crate::world::World;

/// Gives finance a new password and answers it.
async fn reset(world: &World) -> String {
    let admin = world.person("admin").await;
    let input = json!({ "adminUserId": staff(world, "finance").await });
    let done = world.done(&admin, "rimAdminUserResetPassword", input, "oneTimePassword").await;
    done["oneTimePassword"].as_str().unwrap().to_owned()
}

async fn switched_off(world: &World, list: &str, mutation: &str, field: &str) {
    let marketing = world.person("marketing").await;
    let input = json!({ field: template(world, list, "password_reset").await });
    world.done(&marketing, mutation, input, "").await;
}

#[tokio::test]
async fn a_new_password_is_sent_to_its_person() {
    let world = World::rim().await;
    let postman = Arc::new(Postman::default());
    let kernel = server(&world, &postman).await;
    let password = reset(&world).await;
    deliver(&kernel).await;
    let mails = postman.taken();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!((mails[0].recipient.as_str(), mails[0].is_html), ("finance@rim.example", true));
    assert_eq!(mails[0].subject, "A new password");
    let says = format!(
        "Dear finance, your one-time password is {password}. It has to be changed at the next \
         login."
    );
    assert_eq!(mails[0].body, says);
    let login = "mutation($it: LoginInput!) { login(input: $it) { token } }";
    let it = json!({ "tenant": "rim", "username": "finance", "password": password });
    let answer = world.send_as_nobody(login, json!({ "it": it })).await;
    assert!(answer["data"]["login"]["token"].is_string(), "{answer:#}");
}

#[tokio::test]
async fn a_password_that_was_sent_stands_nowhere() {
    let world = World::rim().await;
    let postman = Arc::new(Postman::default());
    let kernel = server(&world, &postman).await;
    let password = reset(&world).await;
    deliver(&kernel).await;
    let kept = letters(&world, "channel, recipient_type, status, message").await;
    assert_eq!(
        kept,
        [json!({
            "channel": "email", "recipient_type": "admin", "status": "sent",
            "message": "Dear finance, your one-time password is (not kept). It has to be changed \
                        at the next login.",
        })]
    );
    for table in ["notifications", "notification_histories", "audit_entries", "outbox_events"] {
        let sql = format!("SELECT count(*) FROM rim.{table} t WHERE t::text LIKE '%{password}%'");
        assert_eq!(world.value(&sql).await, 0, "{table}");
    }
}

#[tokio::test]
async fn whoever_has_a_phone_number_gets_it_by_sms_too() {
    let world = World::rim().await;
    let postman = Arc::new(Postman::default());
    let kernel = server(&world, &postman).await;
    let sql = "UPDATE rim.admin_users SET phone = '+2348039999999' WHERE username = 'finance'";
    world.meddle(sql).await;
    let password = reset(&world).await;
    deliver(&kernel).await;
    assert_eq!(postman.recipients(), ["+2348039999999", "finance@rim.example"]);
    let sms = format!("Your one-time password is {password}.");
    assert!(postman.taken().iter().any(|it| it.body == sms && !it.is_html));
}

#[tokio::test]
async fn templates_that_are_switched_off_send_nothing_and_the_password_is_shown_all_the_same() {
    let world = World::rim().await;
    switched_off(&world, "emailTemplates", "rimEmailTemplateDisable", "emailTemplateId").await;
    switched_off(&world, "smsTemplates", "rimSmsTemplateDisable", "smsTemplateId").await;
    assert!(reset(&world).await.len() >= 20);
    assert_eq!(letters(&world, "message").await, [] as [Value; 0]);
}

#[tokio::test]
async fn an_invited_person_is_sent_the_password_and_each_password_once() {
    let world = World::rim().await;
    let postman = Arc::new(Postman::default());
    let kernel = server(&world, &postman).await;
    let admin = world.person("admin").await;
    let finance = role(&world, "finance").await;
    let input = json!({ "username": "ngozi", "email": "ngozi@rim.example", "roleId": finance });
    let done = world.done(&admin, "rimAdminUserInvite", input, "oneTimePassword").await;
    let (first, second) = (reset(&world).await, reset(&world).await);
    deliver(&kernel).await;
    let sent: Vec<String> = postman.taken().into_iter().map(|it| it.body).collect();
    for password in [done["oneTimePassword"].as_str().unwrap(), &first, &second] {
        assert_eq!(sent.iter().filter(|body| body.contains(password)).count(), 1, "{sent:?}");
    }
}

#[tokio::test]
async fn a_password_that_did_not_arrive_is_not_tried_again() {
    let world = World::rim().await;
    let postman = Arc::new(Postman::default());
    postman.refuses(&["finance@rim.example"]);
    let kernel = server(&world, &postman).await;
    reset(&world).await;
    deliver(&kernel).await;
    assert_eq!(letters(&world, "status").await, [json!({ "status": "failed" })]);
    let id = crate::rim::id_of(&world, "notificationHistories", "status: { eq: FAILED }").await;
    let operations = world.person("operations").await;
    let input = json!({ "notificationHistoryId": id });
    let refused = world.refused(&operations, "rimNotificationHistoryRetry", input).await;
    assert_eq!(refused, ["PRECONDITION_FAILED notificationHistoryId"]);
}

#[tokio::test]
async fn a_password_that_cannot_be_sent_for_now_is_tried_again_like_any_mail() {
    let world = World::rim().await;
    let postman = Arc::new(Postman::default());
    let kernel = server(&world, &postman).await;
    let password = reset(&world).await;
    postman.has_no_time(true);
    for minutes in [1, 5, 30, 120, 360, 720, 1440] {
        deliver(&kernel).await;
        let waits = json!({ "status": "pending" });
        assert_eq!(letters(&world, "status").await, [waits], "before {minutes} minutes");
        world.clock.advance(TimeDelta::minutes(minutes));
    }
    postman.has_no_time(false);
    deliver(&kernel).await;
    assert!(postman.taken()[0].body.contains(&password));
    assert_eq!(letters(&world, "status").await, [json!({ "status": "sent" })]);
    let kept = "SELECT attempts, body FROM rim.notifications";
    let body = "It held a code or a password, which is not kept.";
    assert_eq!(world.rows(kept).await, [json!({ "attempts": 8, "body": body })]);
}

#[tokio::test]
async fn a_password_that_was_replaced_meanwhile_is_not_sent_any_more() {
    let world = World::rim().await;
    let postman = Arc::new(Postman::default());
    let kernel = server(&world, &postman).await;
    let first = reset(&world).await;
    postman.has_no_time(true);
    deliver(&kernel).await;
    world.clock.advance(TimeDelta::minutes(1));
    let second = reset(&world).await;
    postman.has_no_time(false);
    deliver(&kernel).await;
    let sent: Vec<String> = postman.taken().into_iter().map(|it| it.body).collect();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0].contains(&second) && !sent[0].contains(&first));
    let why = "The person has another password since.";
    let ends = |status: &str, why: Option<&str>| json!({ "status": status, "error_message": why });
    let expected = [ends("failed", Some(why)), ends("sent", None)];
    assert_eq!(letters(&world, "status, error_message").await, expected);
    let tries = "SELECT attempts FROM rim.notifications ORDER BY id";
    assert_eq!(world.rows(tries).await, [json!({ "attempts": 1 }), json!({ "attempts": 1 })]);
    let kept = format!("SELECT count(*) FROM rim.notifications WHERE body LIKE '%{first}%'");
    assert_eq!(world.value(&kept).await, 0);
}

#[tokio::test]
async fn a_password_that_was_changed_before_its_mail_left_is_not_sent() {
    let world = World::rim().await;
    let postman = Arc::new(Postman::default());
    let kernel = server(&world, &postman).await;
    reset(&world).await;
    let sql =
        "UPDATE rim.credentials SET password_changed_at = password_changed_at + interval '1s'";
    world.meddle(sql).await;
    deliver(&kernel).await;
    assert_eq!(postman.recipients(), [] as [&str; 0]);
    assert_eq!(letters(&world, "status").await, [json!({ "status": "failed" })]);
}
