-- Loans and money with what the rules keep beside the document's fields.

-- Copies follow the customer, except in what is done.
UPDATE new_loans l SET user_phone = u.phone, user_email = u.email
FROM new_users u WHERE u.id = l.user_id;
UPDATE new_transactions t SET user_phone = u.phone, user_email = u.email
FROM new_users u WHERE u.id = t.user_id AND (t.status = 'pending' OR t.user_phone IS NULL);

-- What reports need of the metadata are columns here; the rest stays as it is.
UPDATE new_loans n SET
  credit_score = CASE WHEN jsonb_typeof(m.it -> 'creditScore') = 'number'
    AND (m.it ->> 'creditScore')::numeric BETWEEN 0 AND 1000
    THEN (m.it ->> 'creditScore')::numeric::integer ELSE n.credit_score END,
  previous_loans = CASE WHEN jsonb_typeof(m.it -> 'previousLoans') = 'number'
    AND (m.it ->> 'previousLoans')::numeric BETWEEN 0 AND 1000000
    THEN (m.it ->> 'previousLoans')::numeric::integer ELSE n.previous_loans END,
  auto_approved = n.auto_approved OR coalesce(m.it -> 'autoApproved' = 'true', FALSE),
  recovered = n.recovered OR coalesce(m.it -> 'recovered' = 'true', FALSE),
  fee = CASE WHEN jsonb_typeof(m.it -> 'fee') = 'number'
    AND (m.it ->> 'fee')::numeric BETWEEN 0 AND 999999999999
    THEN round((m.it ->> 'fee')::numeric, 2) ELSE n.fee END,
  further_metadata = m.it - ARRAY['creditScore', 'previousLoans', 'autoApproved', 'recovered', 'fee']
FROM (
  SELECT id, CASE WHEN jsonb_typeof(metadata) = 'object' THEN metadata ELSE '{}' END AS it
  FROM new_loans
) m
WHERE m.id = n.id;

-- What is due beyond principal, interest and fee is a fee that was not named.
UPDATE new_loans SET fee = amount_due - amount - round(amount * interest_rate / 100, 2) - late_fee
WHERE amount_due > amount + round(amount * interest_rate / 100, 2) + fee + late_fee;

UPDATE new_loans l SET
  -- A loan that was not disbursed is due at no time.
  due_date = CASE WHEN l.disbursed_at IS NOT NULL THEN l.due_date END,
  completed_at = CASE WHEN l.status = 'completed' THEN coalesce(l.completed_at, l.updated_at) END,
  defaulted_at = CASE WHEN l.status = 'defaulted' THEN coalesce(l.defaulted_at, l.updated_at)
    ELSE l.defaulted_at END,
  approved_at = CASE WHEN l.status IN ('approved', 'disbursed', 'repaying', 'completed', 'defaulted')
    THEN coalesce(l.approved_at, l.created_at) ELSE l.approved_at END,
  rejected_at = CASE WHEN l.status = 'rejected' THEN coalesce(l.rejected_at, l.updated_at) END,
  rejection_reason = CASE WHEN l.status = 'rejected'
    THEN coalesce(l.rejection_reason, 'Not recorded by the former system') END,
  -- How much was out when it was asked for is not known: the loan itself, within the limit.
  exposure_at_request = l.amount,
  limit_at_request = greatest(
    l.amount, (SELECT u.credit_limit FROM new_users u WHERE u.id = l.user_id));

UPDATE new_transactions n SET
  original_amount = CASE WHEN jsonb_typeof(m.it -> 'originalAmount') = 'number'
    AND (m.it ->> 'originalAmount')::numeric BETWEEN 0.01 AND 999999999999
    THEN round((m.it ->> 'originalAmount')::numeric, 2) ELSE n.original_amount END,
  fee = CASE WHEN jsonb_typeof(m.it -> 'fee') = 'number'
    AND (m.it ->> 'fee')::numeric BETWEEN 0 AND 999999999999
    THEN round((m.it ->> 'fee')::numeric, 2) ELSE n.fee END,
  commission = CASE WHEN jsonb_typeof(m.it -> 'commission') = 'number'
    AND (m.it ->> 'commission')::numeric BETWEEN 0 AND 999999999999
    THEN round((m.it ->> 'commission')::numeric, 2) ELSE n.commission END,
  further_metadata = (m.it - ARRAY['originalAmount', 'fee', 'commission'])
    -- What was refunded is no longer reconciled here.
    || CASE WHEN n.status = 'refunded' AND n.reconciled_at IS NOT NULL
       THEN jsonb_build_object('reconciledAt', n.reconciled_at, 'reconciledBy', n.reconciled_by)
       ELSE '{}' END,
  reconciled_at = CASE WHEN n.status <> 'refunded' THEN n.reconciled_at END,
  reconciled_by = CASE WHEN n.status <> 'refunded' THEN n.reconciled_by END,
  completed_at = CASE WHEN n.status IN ('completed', 'refunded')
    THEN coalesce(n.completed_at, n.created_at) END,
  failed_at = CASE WHEN n.status = 'failed' THEN coalesce(n.failed_at, n.updated_at) END,
  refunded_at = CASE WHEN n.status = 'refunded' THEN coalesce(n.refunded_at, n.updated_at) END
FROM (
  SELECT id, CASE WHEN jsonb_typeof(metadata) = 'object' THEN metadata ELSE '{}' END AS it
  FROM new_transactions
) m
WHERE m.id = n.id;

-- Airtime belongs to the loan that has its reference.
UPDATE new_transactions t SET loan_id = l.id
FROM new_loans l
WHERE t.type = 'airtime' AND t.loan_id IS NULL AND l.user_id = t.user_id
  AND l.telco_reference = t.reference;

-- What was reconciled stands in a batch: one a provider and day.
INSERT INTO new_reconciliation_batches (id, name, provider, statement_date, created_by)
SELECT md5(b.name)::uuid, b.name, b.provider, b.day, b.person
FROM (
  SELECT 'Import ' || left(coalesce(provider, 'unknown'), 60) || ' '
      || (reconciled_at AT TIME ZONE current_setting('bizgraph.time_zone'))::date AS name,
    coalesce(provider, 'unknown') AS provider,
    (reconciled_at AT TIME ZONE current_setting('bizgraph.time_zone'))::date AS day,
    (array_agg(reconciled_by ORDER BY reconciled_at, id))[1] AS person
  FROM new_transactions WHERE reconciled_at IS NOT NULL
  GROUP BY 1, 2, 3
) b;
UPDATE new_transactions t SET reconciliation_batch_id = b.id
FROM new_reconciliation_batches b
WHERE t.reconciled_at IS NOT NULL AND b.provider = coalesce(t.provider, 'unknown')
  AND b.statement_date = (t.reconciled_at AT TIME ZONE current_setting('bizgraph.time_zone'))::date;

-- Which repayment went to which loan is only implied: what a customer paid, in its order, fills
-- what was paid of the loans, in theirs. Where the two do not meet, verify names the loan.
INSERT INTO new_loan_repayments (id, transaction_id, loan_id, amount, created_at, updated_at)
SELECT md5(t.id::text || l.id::text)::uuid, t.id, l.id, least(t.high, l.high) - greatest(t.low, l.low),
  t.completed_at, t.completed_at
FROM (
  SELECT id, user_id, completed_at, sum(amount) OVER w - amount AS low, sum(amount) OVER w AS high
  FROM new_transactions WHERE type = 'repayment' AND status = 'completed'
  WINDOW w AS (PARTITION BY user_id ORDER BY completed_at, id)
) t
JOIN (
  SELECT id, user_id, sum(amount_paid) OVER w - amount_paid AS low, sum(amount_paid) OVER w AS high
  FROM new_loans WHERE amount_paid > 0
  WINDOW w AS (PARTITION BY user_id ORDER BY disbursed_at, id)
) l ON l.user_id = t.user_id AND least(t.high, l.high) > greatest(t.low, l.low);

UPDATE new_users u SET total_repaid = p.paid, repayment_credit = greatest(p.paid - l.paid, 0)
FROM
  (SELECT u.id, coalesce(sum(t.amount), 0) AS paid FROM new_users u
   LEFT JOIN new_transactions t ON t.user_id = u.id AND t.type = 'repayment'
     AND t.status = 'completed' GROUP BY u.id) p
JOIN (SELECT u.id, coalesce(sum(l.amount_paid), 0) AS paid FROM new_users u
      LEFT JOIN new_loans l ON l.user_id = u.id GROUP BY u.id) l ON l.id = p.id
WHERE p.id = u.id;
