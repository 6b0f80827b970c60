//! The machines of broadcasts and of messages (spec 5.9): who makes which move from which state.
//! The table is written down once more by hand; what is expected comes from here.

use bizgraph_kernel::entity::GlobalId;
use bizgraph_kernel::machine::Machine;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{Person, STAFF, World};

/// Verb, states it starts from, states it leads to; whether people make it.
type Row = (&'static str, &'static [&'static str], &'static [&'static str], bool);

const BROADCAST: &[Row] = &[
    ("create", &[], &["draft"], true),
    ("schedule", &["draft"], &["scheduled"], true),
    ("unschedule", &["scheduled"], &["draft"], true),
    ("send", &["draft", "scheduled"], &["sent", "failed"], true),
    ("retry", &["failed"], &["scheduled"], true),
];

const NOTIFICATION: &[Row] = &[
    ("send", &["pending"], &["sent"], false),
    ("deliver", &["sent"], &["delivered"], false),
    ("fail", &["pending", "sent"], &["failed"], false),
    ("retry", &["failed"], &["pending"], true),
];

/// Who makes all of these moves; everybody else makes none.
const MAY: [&str; 3] = ["super_admin", "operations_manager", "marketing"];

struct Subject {
    machine: &'static Machine,
    rows: &'static [Row],
    table: &'static str,
    type_name: &'static str,
    singular: &'static str,
}

static SUBJECTS: [Subject; 2] = [
    Subject {
        machine: &bizgraph_rim::broadcast_message::machine::MACHINE,
        rows: BROADCAST,
        table: "broadcast_messages",
        type_name: "RimBroadcastMessage",
        singular: "broadcastMessage",
    },
    Subject {
        machine: &bizgraph_rim::notification_history::machine::MACHINE,
        rows: NOTIFICATION,
        table: "notification_histories",
        type_name: "RimNotificationHistory",
        singular: "notificationHistory",
    },
];

impl Subject {
    fn states(&self) -> Vec<&'static str> {
        self.machine.states.values.iter().map(|word| word.stored).collect()
    }

    /// Moves that people make on a row that exists.
    fn steps(&self) -> impl Iterator<Item = &'static Row> {
        self.rows.iter().filter(|row| row.3 && !row.1.is_empty())
    }

    /// A row in this state, made behind the server's back, and its key.
    async fn put(&self, world: &World, state: &str) -> String {
        let key = crate::world::key();
        let sql = match self.table {
            "broadcast_messages" => broadcast_sql(&key, state),
            _ => notification_sql(&key, state),
        };
        world.meddle(&sql).await;
        key
    }

    async fn call(&self, world: &World, person: &Person, key: &str, verb: &str) -> Value {
        let id = GlobalId::encode(person.0.tenant.id, self.type_name, key);
        let mut input = json!({ format!("{}Id", self.singular): id });
        if verb == "schedule" {
            let time = world.kernel.clock.now() + TimeDelta::minutes(10);
            input["scheduledFor"] = json!(time.to_rfc3339());
        }
        let verb = format!("{}{}", verb[..1].to_uppercase(), &verb[1..]);
        let name = format!("rim{}{verb}", self.type_name.trim_start_matches("Rim"));
        world.call(person, &name, input, "").await
    }

    async fn status(&self, world: &World, key: &str) -> Value {
        let sql = format!("SELECT status FROM rim.{} WHERE id = '{key}'", self.table);
        world.value(&sql).await
    }
}

fn broadcast_sql(key: &str, state: &str) -> String {
    let time = if state == "scheduled" { "'2026-03-02 10:00Z'" } else { "NULL" };
    let out = matches!(state, "sent" | "failed");
    let (started, size) = if out { ("'2026-03-02 08:00Z'", "1") } else { ("NULL", "NULL") };
    let sent = if state == "sent" { 1 } else { 0 };
    let failed = if state == "failed" { 1 } else { 0 };
    let recipient = if sent == 1 { "sent" } else { "failed" };
    format!(
        "WITH b AS (INSERT INTO rim.broadcast_messages (id, title, message, type, \
             target_audience, status, scheduled_for, started_at, audience_size, sent_at, \
             sent_count, failed_count, created_by) \
           SELECT '{key}'::uuid, 'x', 'x', 'sms', 'all', '{state}', {time}, \
             {started}, {size}, CASE WHEN {sent} = 1 THEN {started}::timestamptz END, {sent}, \
             {failed}, u.id FROM rim.admin_users u WHERE u.username = 'admin' RETURNING id) \
         INSERT INTO rim.broadcast_recipients (id, broadcast_message_id, user_id, channel, \
             address, status, attempts) \
         SELECT gen_random_uuid(), b.id, u.id, 'sms', u.phone, '{recipient}', 1 \
         FROM b, rim.users u WHERE {out} AND u.first_name = 'Ada'"
    )
}

fn notification_sql(key: &str, state: &str) -> String {
    let why = if state == "failed" { "'Because'" } else { "NULL" };
    format!(
        "WITH n AS (INSERT INTO rim.notification_histories (id, type, title, message, channel, \
             recipient_type, user_id, status, attempts, error_message) \
           SELECT '{key}'::uuid, 'scheduled', 'x', 'x', 'sms', 'user', \
             u.id, '{state}', 1, {why} FROM rim.users u WHERE u.first_name = 'Ada' \
           RETURNING dedupe_key) \
         INSERT INTO rim.notifications (template, channel, recipient, subject, body, variables, \
             dedupe_key, status) \
         SELECT 'x', 'sms', 'x', 'x', 'x', '{{}}', dedupe_key || '#1', 'failed' FROM n"
    )
}

/// Everything that a refused move must leave as it was.
async fn print(world: &World) -> Value {
    let tables = [
        "broadcast_messages",
        "broadcast_recipients",
        "notification_histories",
        "notifications",
        "outbox_events",
        "approval_requests",
    ];
    let prints = tables.map(|table| {
        format!(
            "(SELECT md5(string_agg(r::text, ',' ORDER BY r::text)) FROM rim.{table} r) AS {table}"
        )
    });
    world.rows(&format!("SELECT {}", prints.join(", "))).await.remove(0)
}

fn codes(payload: &Value) -> Vec<&str> {
    let errors = payload["userErrors"].as_array().unwrap();
    errors.iter().map(|error| error["code"].as_str().unwrap()).collect()
}

#[test]
fn the_machines_are_the_specifications_tables() {
    for subject in &SUBJECTS {
        let moves: Vec<Row> = subject
            .machine
            .moves
            .iter()
            .map(|step| (step.verb, step.from, step.to, !step.automatic))
            .collect();
        assert_eq!(moves, subject.rows, "{}", subject.machine.name);
    }
}

#[tokio::test]
async fn each_allowed_role_makes_each_allowed_move() {
    let world = World::rim().await;
    for subject in &SUBJECTS {
        for (verb, from, to, _) in subject.steps() {
            for from in *from {
                for (username, _) in STAFF.iter().filter(|(_, role)| MAY.contains(role)) {
                    let person = world.person(username).await;
                    let key = subject.put(&world, from).await;
                    let case = format!("{} {verb} from {from} by {username}", subject.table);
                    let payload = subject.call(&world, &person, &key, verb).await;
                    assert_eq!(payload["userErrors"], json!([]), "{case}");
                    if *verb == "send" {
                        assert_eq!(subject.status(&world, &key).await, "scheduled", "{case}");
                        super::deliver(&world.kernel).await;
                    }
                    assert_eq!(subject.status(&world, &key).await, to[0], "{case}");
                }
            }
        }
    }
}

#[tokio::test]
async fn each_move_is_forbidden_to_every_other_role_and_changes_nothing() {
    let world = World::rim().await;
    let mut forbidden = 0;
    for subject in &SUBJECTS {
        for (verb, from, ..) in subject.steps() {
            for (username, _) in STAFF.iter().filter(|(_, role)| !MAY.contains(role)) {
                let person = world.person(username).await;
                let key = subject.put(&world, from[0]).await;
                let before = print(&world).await;
                let payload = subject.call(&world, &person, &key, verb).await;
                assert_eq!(codes(&payload), ["FORBIDDEN"], "{verb} by {username}");
                assert_eq!(print(&world).await, before, "{verb} by {username}");
                forbidden += 1;
            }
        }
    }
    assert!(forbidden >= 35, "only {forbidden}");
}

#[tokio::test]
async fn any_other_pair_of_state_and_move_is_an_invalid_transition() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let mut pairs = 0;
    for subject in &SUBJECTS {
        for state in subject.states() {
            let open = |row: &&Row| row.1.contains(&state);
            let possible: Vec<&str> = subject.steps().filter(open).map(|row| row.0).collect();
            let key = subject.put(&world, state).await;
            let before = print(&world).await;
            for (verb, _, to, _) in subject.steps().filter(|row| !open(row)) {
                let payload = subject.call(&world, &admin, &key, verb).await;
                assert_eq!(codes(&payload), ["INVALID_TRANSITION"], "{verb} from {state}");
                let details = json!({ "from": state, "to": to[0], "allowed": possible });
                assert_eq!(payload["userErrors"][0]["details"], details, "{verb} from {state}");
                pairs += 1;
            }
            assert_eq!(print(&world).await, before, "{} {state}", subject.table);
        }
    }
    assert_eq!(pairs, 11 + 3);
}

#[tokio::test]
async fn available_actions_say_what_the_mutations_do() {
    let world = World::rim().await;
    for subject in &SUBJECTS {
        for state in subject.states() {
            for username in ["admin", "marketing", "auditor"] {
                let person = world.person(username).await;
                let key = subject.put(&world, state).await;
                let id = GlobalId::encode(person.0.tenant.id, subject.type_name, &key);
                let query = format!(
                    "{{ rim {{ it: {}(id: \"{id}\") {{ availableActions {{ action allowed }} }} }} }}",
                    subject.singular
                );
                let told = world.read(&person, &query).await["rim"]["it"].clone();
                for action in told["availableActions"].as_array().unwrap() {
                    let verb = action["action"].as_str().unwrap();
                    let row = subject.steps().find(|row| row.0 == verb).unwrap();
                    let allowed = row.1.contains(&state) && username != "auditor";
                    assert_eq!(action["allowed"], allowed, "{verb} from {state} by {username}");
                }
            }
        }
    }
}

#[tokio::test]
async fn another_lenders_row_is_not_found() {
    let world = World::rim().await;
    let other = world.person_of("ikeja", "admin").await;
    for subject in &SUBJECTS {
        for (verb, from, ..) in subject.steps() {
            let key = subject.put(&world, from[0]).await;
            let before = print(&world).await;
            // The very id of the first lender, and its key under the other's name.
            let payload = subject.call(&world, &other, &key, verb).await;
            assert_eq!(codes(&payload), ["NOT_FOUND"], "{verb}");
            assert_eq!(print(&world).await, before, "{verb}");
        }
    }
}
