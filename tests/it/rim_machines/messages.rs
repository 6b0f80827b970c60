//! The machines of what people are written: broadcasts and messages (spec 5.9).

use bizgraph_kernel::notification::{Message, SendFailure, Sender};
use bizgraph_rim::broadcast_message::BroadcastMessage;
use bizgraph_rim::notification_history::NotificationHistory;
use futures_util::future::{BoxFuture, ready};
use serde_json::{Value, json};

use crate::matrix::{AUTO, Call, Row, Subject, Wanted, advance};
use crate::rim_machines::obstacles;
use crate::world::World;

pub static BROADCAST: Subject = Subject {
    machine: &bizgraph_rim::broadcast_message::machine::MACHINE,
    rows: BROADCASTS,
    obstacles: obstacles::BROADCAST,
    table: "broadcast_messages",
    type_name: "RimBroadcastMessage",
    permission: "rim.broadcast_message",
    put: broadcast_sql,
    found: |wanted| format!("SELECT '{}'", wanted.fresh),
    further: for_a_broadcast,
    history: None,
    advance: advance::<BroadcastMessage>,
    // It is sent when the first of its messages was taken, and failed when none was.
    aftermath: Some(("send", |world| Box::pin(messages_leave(world)))),
};

pub static NOTIFICATION: Subject = Subject {
    machine: &bizgraph_rim::notification_history::machine::MACHINE,
    rows: NOTIFICATIONS,
    obstacles: obstacles::NOTIFICATION,
    table: "notification_histories",
    type_name: "RimNotificationHistory",
    permission: "rim.notification_history",
    put: notification_sql,
    found: |wanted| format!("SELECT '{}'", wanted.fresh),
    further: |_| json!({}),
    history: None,
    advance: advance::<NotificationHistory>,
    aftermath: None,
};

const WRITERS: &str = "operations_manager, marketing";

const BROADCASTS: &[Row] = &[
    ("create", "", "draft", WRITERS),
    ("schedule", "draft", "scheduled", WRITERS),
    ("unschedule", "scheduled", "draft", WRITERS),
    ("send", "draft, scheduled", "sent, failed", WRITERS),
    ("retry", "failed", "scheduled", WRITERS),
];

const NOTIFICATIONS: &[Row] = &[
    ("send", "pending", "sent", AUTO),
    ("deliver", "sent", "delivered", AUTO),
    ("fail", "pending, sent", "failed", AUTO),
    ("retry", "failed", "pending", WRITERS),
];

/// What no sender takes.
const REFUSED: &str = "Send this to nobody";

/// A sender of text messages that looks at what they say.
pub struct ByText;

impl Sender for ByText {
    fn name(&self) -> &'static str {
        "by text"
    }

    fn send<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<(), SendFailure>> {
        let why = || SendFailure::Permanent("Nobody lives here".to_owned());
        Box::pin(ready(if message.body == REFUSED { Err(why()) } else { Ok(()) }))
    }
}

/// Somebody whom the broadcasts of these tests are for.
pub async fn prepare(world: &World) {
    world
        .meddle(
            "INSERT INTO rim.users (id, user_id, first_name, phone, email, credit_limit, \
               last_active_at, repayment_status) \
             VALUES (gen_random_uuid(), 'U-late', 'Dayo', '+2348030000900', 'dayo@rim.example', 0, \
               '2026-03-01', 'Overdue')",
        )
        .await;
}

/// What waits in the outbox leaves it.
pub async fn messages_leave(world: &World) {
    let tenant = world.kernel.tenant("rim").unwrap();
    world.kernel.deliver_notifications(&tenant).await.unwrap();
}

fn text(wanted: &Wanted) -> &'static str {
    if wanted.to == "failed" { REFUSED } else { "Good morning" }
}

/// A text message to all who are late; one that went out reached its only reader, or did not.
fn broadcast_sql(wanted: &Wanted) -> String {
    let (state, key, text) = (wanted.from, wanted.fresh, text(wanted));
    let is_out = matches!(state, "sent" | "failed");
    let at = |is: bool, moment: &str| match is {
        true => format!("'{moment}'::timestamptz"),
        false => "NULL".to_owned(),
    };
    let size = if is_out { "1" } else { "NULL" };
    let (sent, failed) = (i32::from(state == "sent"), i32::from(state == "failed"));
    format!(
        "WITH b AS (INSERT INTO rim.broadcast_messages (id, title, message, type, \
             target_audience, status, scheduled_for, started_at, audience_size, sent_at, \
             sent_count, failed_count, created_by) \
           SELECT '{key}'::uuid, 'News', '{text}', 'sms', 'overdue_users', '{state}', {}, {}, \
             {size}, {}, {sent}, {failed}, u.id \
           FROM rim.admin_users u WHERE u.username = 'admin' RETURNING id) \
         INSERT INTO rim.broadcast_recipients (id, broadcast_message_id, user_id, channel, \
             address, status, attempts) \
         SELECT gen_random_uuid(), b.id, u.id, 'sms', u.phone, '{state}', 1 \
         FROM b, rim.users u WHERE {is_out} AND u.user_id = 'U-late';",
        at(state == "scheduled", "2026-03-02 10:00Z"),
        at(is_out, "2026-03-02 08:00Z"),
        at(state == "sent", "2026-03-02 08:00Z"),
    )
}

/// A text message to Ada with what the outbox has of it.
fn notification_sql(wanted: &Wanted) -> String {
    let (state, key, text) = (wanted.from, wanted.fresh, text(wanted));
    let why = if state == "failed" { "'Because'" } else { "NULL" };
    let (outbox, next, sent) = match state {
        "pending" => ("pending", "'2026-03-02 08:00Z'", "NULL"),
        "failed" => ("failed", "NULL", "NULL"),
        _ => ("sent", "NULL", "'2026-03-02 08:00Z'"),
    };
    format!(
        "WITH n AS (INSERT INTO rim.notification_histories (id, type, title, message, channel, \
             recipient_type, user_id, status, attempts, error_message) \
           SELECT '{key}'::uuid, 'scheduled', 'News', '{text}', 'sms', 'user', u.id, '{state}', 1, \
             {why} FROM rim.users u WHERE u.user_id = 'USR-2026-001' RETURNING dedupe_key) \
         INSERT INTO rim.notifications (template, channel, recipient, subject, body, variables, \
             dedupe_key, status, next_attempt_at, sent_at) \
         SELECT 'rim.news', 'sms', '+2348030000001', 'News', '{text}', '{{}}', dedupe_key || '#1', \
           '{outbox}', {next}::timestamptz, {sent}::timestamptz FROM n;"
    )
}

fn for_a_broadcast(call: &Call) -> Value {
    match call.verb {
        "schedule" => json!({ "scheduledFor": "2026-03-03T09:00:00Z" }),
        "unschedule" | "send" | "retry" => json!({}),
        verb => panic!("the move {verb} has no row in this test"),
    }
}
