//! What stands against moves of a loan for now (spec 5.4), in the words with which its rules refuse.

/// That with the loan `{t}` more would be out than the customer's limit.
macro_rules! over_limit {
    () => {
        "(SELECT 'With this loan ' || o.amount + {t}.amount || ' would be out (' || o.amount \
            || ' before it), of a limit of ' || u.credit_limit || '. Ask for less, or have the \
            limit raised.' \
          FROM users u CROSS JOIN LATERAL (SELECT COALESCE(sum(CASE \
            WHEN l.status IN ('pending', 'approved') THEN l.amount ELSE l.outstanding_amount END), \
            0.00) AS amount FROM loans l WHERE l.user_id = u.id AND l.id <> {t}.id AND l.status IN \
            ('pending', 'approved', 'disbursed', 'repaying', 'defaulted')) o \
          WHERE u.id = {t}.user_id AND o.amount + {t}.amount > u.credit_limit)"
    };
}
pub(super) use over_limit;

/// That the caller entered it, or that its customer cannot have it by now.
pub const NOT_ELIGIBLE: &str = concat!(
    "CASE WHEN {t}.status = 'pending' THEN (SELECT CASE \
    WHEN 'adminUser:' || {t}.requested_by = {person} \
    THEN 'You entered this loan; somebody else has to agree to it.' \
    WHEN u.status <> 'active' OR u.deleted_at IS NOT NULL \
    THEN 'The customer is not active and gets no loans; activate the customer first.' \
    WHEN o.defaulted > 0 \
    THEN 'A loan of the customer is in default; it has to be paid back first.' \
    WHEN o.late > 0 THEN 'A loan of the customer is past due; it has to be paid back first.' \
    WHEN o.open >= c.most_open \
    THEN 'The customer has ' || o.open || ' of at most ' || c.most_open || ' open loans.' \
    WHEN c.least_age > 0 AND {now} - u.created_at < make_interval(hours => 24 * c.least_age) \
    THEN 'The account is ' || floor(extract(epoch FROM {now} - u.created_at) / 86400) \
      || ' days old; ' || c.least_age || ' are asked for.' \
    ELSE ",
    over_limit!(),
    " END \
    FROM users u CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE l.status = 'defaulted') \
        AS defaulted, count(*) FILTER (WHERE l.status IN ('disbursed', 'repaying') \
        AND l.due_date < {now}) AS late, count(*) AS open FROM loans l \
        WHERE l.user_id = u.id AND l.id <> {t}.id AND l.status IN \
        ('pending', 'approved', 'disbursed', 'repaying', 'defaulted')) o \
      CROSS JOIN (SELECT max(s.value) FILTER (WHERE s.key = 'max_open')::int AS most_open, \
        max(s.value) FILTER (WHERE s.key = 'min_account_age_days')::int AS least_age \
        FROM system_configs s WHERE s.category = 'loans') c \
    WHERE u.id = {t}.user_id) END"
);

/// That the last day to pay back is not over.
pub const NOT_PAST_DUE: &str = "CASE WHEN ({t}.due_date AT TIME ZONE {zone})::date < {today} \
    THEN NULL WHEN {t}.status IN ('disbursed', 'repaying') \
    THEN 'The loan is not past due; it can be given up the day after it was due.' END";
