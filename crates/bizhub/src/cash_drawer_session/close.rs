//! Counting a drawer: what is there by each method, beside what should be there (spec 6.6).
//! The difference is recorded, never booked away.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::cell::Words;
use bizgraph_kernel::entity::{Bind, Id, Sql, decode};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::cash_drawer_count::CashDrawerCount;
use crate::cash_drawer_session::{CashDrawerSession, CashDrawerSessionStatus, machine};
use crate::payment::PaymentMethod;

/// What is there by one method.
#[derive(InputObject)]
#[graphql(name = "BizhubCashDrawerCountInput")]
pub struct CountInput {
    /// The method.
    pub payment_method: PaymentMethod,
    /// Cash in the drawer, the float included; of any other method what its slips or
    /// statements come to, below zero where more went out than came in.
    pub amount: Money,
}

/// Which drawer, and what was counted.
#[derive(InputObject)]
#[graphql(name = "BizhubCashDrawerSessionCloseInput")]
pub struct Close {
    /// The drawer.
    pub cash_drawer_session_id: Id<CashDrawerSession>,
    /// Cash, and every method by which money came in or went out.
    pub counts: Vec<CountInput>,
    /// What has to be known of the counting, at most 500 characters.
    pub closing_notes: Option<String>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why a drawer stays open.
#[derive(Refusal)]
enum CloseRefused {
    #[refusal(
        NOT_UNIQUE,
        at = "counts.{index}.paymentMethod",
        "{method} is counted twice. Put it together."
    )]
    Twice { index: usize, method: &'static str },
    #[refusal(REQUIRED, at = "counts", "{method} is not counted. Add it, also when it is nothing.")]
    NotCounted { method: &'static str },
    #[refusal(FORBIDDEN, at = "", "A drawer is counted by a person, under the person's name.")]
    NoPerson,
}

mutation! {
    /// Counts a drawer and closes it; the difference by method is recorded.
    pub CLOSE = "bizhubCashDrawerSessionClose"(Close) -> CashDrawerSession,
    permission "bizhub.cash_drawer_session.transition:close", keyed => close
}

/// Counts a drawer (spec 6.6). Its lock waits for every tender that is being entered into it.
pub async fn close(tx: &mut Tx, input: Close) -> Rule<CashDrawerSession> {
    let (id, field) = (&input.cash_drawer_session_id, "cashDrawerSessionId");
    let session = tx.lock_version(id, field, input.expected_version).await?;
    tx.check_move(&session, &machine::CLOSE, None, field)?;
    let expected = expected(tx, &session).await?;
    let mut counted = BTreeSet::new();
    for (index, count) in input.counts.iter().enumerate() {
        let method = count.payment_method.spelling();
        if !counted.insert(method) {
            tx.refuse(CloseRefused::Twice { index, method });
        }
        let field = format!("counts.{index}.amount");
        if count.payment_method != PaymentMethod::Cash && count.amount.is_negative() {
            tx.amount(&-count.amount.clone(), &field);
        } else {
            tx.amount(&count.amount, &field);
        }
    }
    for method in expected.keys().filter(|method| !counted.contains(*method)) {
        tx.refuse(CloseRefused::NotCounted { method });
    }
    let closing_notes = tx.optional_text(input.closing_notes, "closingNotes", 500);
    tx.no_card_number(closing_notes.as_deref(), "closingNotes");
    if tx.actor.user_id().is_none() {
        tx.refuse(CloseRefused::NoPerson);
    }
    tx.settle()?;

    for count in input.counts {
        let expected = expected.get(count.payment_method.spelling()).cloned().unwrap_or_default();
        tx.append::<CashDrawerCount>(vec![
            CashDrawerCount::CASH_DRAWER_SESSION_ID.to(session.id),
            CashDrawerCount::PAYMENT_METHOD.to(count.payment_method),
            CashDrawerCount::EXPECTED.to(expected),
            CashDrawerCount::COUNTED.to(count.amount),
        ])
        .await?;
    }
    let sets = vec![
        CashDrawerSession::CLOSED_DATE.to(Some(tx.business_date)),
        CashDrawerSession::CLOSED_AT.to(Some(tx.now)),
        CashDrawerSession::CLOSED_BY.to(tx.actor.user_id()),
        CashDrawerSession::CLOSING_NOTES.to(closing_notes),
    ];
    let closed = CashDrawerSessionStatus::Closed.spelling();
    tx.advance(&session, &machine::CLOSE, closed, sets).await
}

/// What should be there by each method that has to be counted: always cash, and all by which
/// money went through the drawer. Voided tenders do not count.
async fn expected(tx: &mut Tx, session: &CashDrawerSession) -> Rule<BTreeMap<&'static str, Money>> {
    let mut expected =
        BTreeMap::from([(PaymentMethod::Cash.spelling(), session.opening_float.clone())]);
    let mut sql = Sql::new(
        "SELECT payment_method, sum(amount) FROM view_cash_drawer_flows \
         WHERE NOT is_voided AND cash_drawer_session_id = ",
    );
    sql.bind(Bind::Int(Some(session.id))).push(" GROUP BY payment_method");
    for row in &tx.load(sql).await? {
        let (method, sum): (String, Money) = (decode(row, 0)?, decode(row, 1)?);
        let method = PaymentMethod::from_stored(&method)
            .ok_or_else(|| Fault::internal(format!("{method:?} is no payment method")))?;
        let before = expected.entry(method.spelling()).or_default();
        *before = &*before + &sum;
    }
    Ok(expected)
}
