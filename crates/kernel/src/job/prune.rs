//! What nobody needs any more is removed, a thousand rows at a time, so that no transaction
//! grows with what was left undone.

use chrono::TimeDelta;
use serde_json::Value;

use crate::db::Tx;
use crate::entity::sql::Sql;
use crate::job::Job;
use crate::job::now_is;
use crate::refusal::Rule;
use crate::setting::Setting;
use crate::{job, live, stored_file};

/// Rows that one item removes.
const BATCH: i64 = 1_000;

/// How long announcements are kept for those who come back.
pub static OUTBOX_DAYS: Setting = Setting {
    key: "outbox.kept_days",
    doc: "Days for which announcements are kept for listeners who come back with a cursor.",
    default: "30",
    check: is_days,
};

fn is_days(value: &Value) -> Option<&'static str> {
    let fits = value.as_u64().is_some_and(|days| (1..=3650).contains(&days));
    (!fits).then_some("a whole number of days from 1 to 3650")
}

/// Declares the job that removes the rows of a table that meet a condition.
macro_rules! pruned {
    (
        $(#[doc = $doc:literal])*
        $job:ident = $name:literal, [$($schedule:tt)+], $rule:ident of $table:literal, $old:expr
    ) => {
        job! {
            $(#[doc = $doc])*
            pub $job = $name, $($schedule)+,
            due concat!(
                "SELECT n::text FROM generate_series(1, (SELECT (count(*) + 999) / 1000 FROM ",
                $table, " WHERE ", $old, ")) n"
            ) => $rule
        }

        async fn $rule(tx: &mut Tx, _batch: &str) -> Rule<()> {
            tx.load(now_is(tx.now)).await?;
            let delete = concat!(
                "DELETE FROM ", $table, " WHERE ctid = ANY(ARRAY(SELECT ctid FROM ", $table,
                " WHERE ", $old, " LIMIT 1000))"
            );
            tx.execute(Sql::new(delete)).await?;
            Ok(())
        }
    };
}

/// A condition on a column: so long before the instant of the run.
macro_rules! older {
    ($column:literal, $age:literal) => {
        concat!($column, " < current_setting('bizgraph.now')::timestamptz - interval '", $age, "'")
    };
}

// A lock looks back a day at most.
pruned! {
    /// Removes login attempts after 30 days.
    PRUNE_LOGIN_ATTEMPTS = "pruneLoginAttempts", [daily],
    login_attempts of "login_attempts", older!("attempted_at", "30 days")
}

pruned! {
    /// Removes codes that were sent, a day after their end.
    PRUNE_ONE_TIME_CODES = "pruneOneTimeCodes", [daily],
    one_time_codes of "one_time_codes", older!("created_at", "1 day")
}

pruned! {
    /// Removes logins that waited for a second factor, a day after they began.
    PRUNE_LOGIN_CHALLENGES = "pruneLoginChallenges", [daily],
    login_challenges of "login_challenges", older!("created_at", "1 day")
}

pruned! {
    /// Removes sessions seven days after their end.
    PRUNE_SESSIONS = "pruneSessions", [daily], sessions of "sessions",
    concat!("(", older!("expires_at", "7 days"), " OR ", older!("revoked_at", "7 days"), ")")
}

pruned! {
    /// Removes idempotency records after seven days: from then on their keys are new again.
    PRUNE_IDEMPOTENCY_RECORDS = "pruneIdempotencyRecords", [daily],
    idempotency_records of "idempotency_records", older!("created_at", "7 days")
}

pruned! {
    /// Removes signals to those who listen, such as who types, after an hour.
    PRUNE_LIVE_SIGNALS = "pruneLiveSignals", [every 15 minutes],
    live_signals of "live_signals", older!("created_at", "1 hour")
}

pruned! {
    /// Removes the records of jobs after 90 days.
    PRUNE_JOB_RUNS = "pruneJobRuns", [daily],
    job_runs of "job_runs", older!("created_at", "90 days")
}

job! {
    /// Removes announcements after the days of the setting outbox.kept_days.
    pub PRUNE_OUTBOX = "pruneOutbox", daily,
    due "SELECT n::text FROM generate_series(1, (SELECT (count(*) + 999) / 1000 \
         FROM outbox_events WHERE created_at < current_setting('bizgraph.now')::timestamptz \
         - make_interval(days => COALESCE((SELECT value::int FROM tenant_settings \
         WHERE key = 'outbox.kept_days'), 30)))) n"
    => outbox
}

async fn outbox(tx: &mut Tx, _batch: &str) -> Rule<()> {
    let days: i64 = tx.setting(&OUTBOX_DAYS).await?;
    let before = tx.now - TimeDelta::days(days);
    tx.execute(live::prune(before, BATCH)).await?;
    Ok(())
}

job! {
    /// Removes uploaded files that no row has had for a day.
    pub REMOVE_ORPHAN_FILES = "removeOrphanFiles", every 60 minutes,
    due stored_file::ORPHANS => outside stored_file::remove_orphan
}

/// The jobs that every tenant has.
pub static JOBS: &[&Job] = &[
    &PRUNE_LOGIN_ATTEMPTS,
    &PRUNE_SESSIONS,
    &PRUNE_ONE_TIME_CODES,
    &PRUNE_LOGIN_CHALLENGES,
    &PRUNE_IDEMPOTENCY_RECORDS,
    &PRUNE_OUTBOX,
    &PRUNE_LIVE_SIGNALS,
    &PRUNE_JOB_RUNS,
    &REMOVE_ORPHAN_FILES,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_meets_its_own_check_and_is_never_nothing() {
        assert_eq!(is_days(&serde_json::from_str(OUTBOX_DAYS.default).unwrap()), None);
        assert!(is_days(&0.into()).is_some());
    }
}
