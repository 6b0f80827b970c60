//! Opening one's own drawer with a float; one at a time (spec 6.6).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Rejection, Rule};
use chrono::NaiveDate;

use crate::cash_drawer_session::{CashDrawerSession, binding};

/// With what the drawer begins.
#[derive(InputObject)]
#[graphql(name = "BizhubCashDrawerSessionOpenInput")]
pub struct Open {
    /// Cash that lies in it to give change from; may be nothing.
    pub opening_float: Money,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why no drawer is opened.
#[derive(Refusal)]
enum OpenRefused {
    #[refusal(
        ALREADY_DONE,
        at = "",
        "Your drawer of {opened_date} is still open. Count and close it first."
    )]
    StillOpen { opened_date: NaiveDate },
    #[refusal(FORBIDDEN, at = "", "A drawer is opened by a person, under the person's name.")]
    NoPerson,
}

mutation! {
    /// Opens the caller's drawer.
    pub OPEN = "bizhubCashDrawerSessionOpen"(Open) -> CashDrawerSession,
    permission "bizhub.cash_drawer_session.transition:open", keyed => open
}

/// Opens the caller's drawer (spec 6.6). A unique index keeps it the only one.
pub async fn open(tx: &mut Tx, input: Open) -> Rule<CashDrawerSession> {
    tx.amount(&input.opening_float, "openingFloat");
    let Some(user) = tx.actor.user_id() else {
        return Err(OpenRefused::NoPerson.into());
    };
    if let Some(session) = binding::open_session(tx, user).await? {
        tx.refuse(OpenRefused::StillOpen { opened_date: session.opened_date });
    }
    tx.settle()?;

    let opened_date = tx.business_date;
    let opened = tx
        .insert::<CashDrawerSession>(vec![
            CashDrawerSession::USER_ID.to(user),
            CashDrawerSession::OPENING_FLOAT.to(input.opening_float),
            CashDrawerSession::OPENED_DATE.to(opened_date),
            CashDrawerSession::OPENED_AT.to(tx.now),
        ])
        .await;
    opened.map_err(|rejection| match rejection {
        // Two calls at once: the other one was first.
        Rejection::Refused(refusals) if refusals.iter().any(|it| it.code == Code::NotUnique) => {
            OpenRefused::StillOpen { opened_date }.into()
        }
        other => other,
    })
}
