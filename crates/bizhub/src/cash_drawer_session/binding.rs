//! What a person takes and pays out belongs to the person's open drawer (spec 6.6).

use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::refusal::Rule;

use crate::cash_drawer_session::{CashDrawerSession, CashDrawerSessionStatus};
use crate::payment::PaymentMethod;
use crate::settings;

/// Why money does not change hands.
#[derive(Refusal)]
enum BindingRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "",
        "Cash goes into a drawer here, and you have none open. Open yours first."
    )]
    NoDrawer,
    #[refusal(
        PRECONDITION_FAILED,
        at = "{field}",
        "The drawer that it went into was counted and closed. Refund it instead."
    )]
    Counted { field: &'static str },
}

/// The open drawer of a person, kept from being counted until the transaction ends.
pub async fn open_session(tx: &mut Tx, user: i32) -> Rule<Option<CashDrawerSession>> {
    let mut open = Sql::new("t.status = 'Open' AND t.user_id = ");
    open.bind(Bind::Int(Some(user))).push(" FOR SHARE OF t");
    Ok(tx.select(open).await?.pop())
}

/// The caller's drawer, for money that changes hands by these methods; none where the caller
/// has none open.
///
/// # Errors
/// `PRECONDITION_FAILED` for cash where the tenant wants it in a drawer.
pub async fn drawer(
    tx: &mut Tx,
    methods: impl IntoIterator<Item = PaymentMethod>,
) -> Rule<Option<i32>> {
    // One statement for both: every payment passes here.
    let mut sql = Sql::new("SELECT s.id, (SELECT value = 'true' FROM tenant_settings WHERE key = ");
    sql.bind(Bind::Text(Some(settings::DRAWER_REQUIRED.key.to_owned())));
    sql.push(
        ") FROM (VALUES (1)) AS one LEFT JOIN LATERAL (SELECT id FROM cash_drawer_sessions \
         WHERE status = 'Open' AND user_id = ",
    );
    sql.bind(Bind::Int(tx.actor.user_id())).push(" FOR SHARE) s ON TRUE");
    let rows = tx.load(sql).await?;
    let row = rows.first().ok_or_else(|| Fault::internal("a look for a drawer without a row"))?;
    let (session, required): (Option<i32>, Option<bool>) = (decode(row, 0)?, decode(row, 1)?);
    let cash = methods.into_iter().any(|method| method == PaymentMethod::Cash);
    if cash && session.is_none() && required == Some(true) {
        return Err(BindingRefused::NoDrawer.into());
    }
    Ok(session)
}

/// Refuses to take money back out of a drawer that was counted; the refusal is noted.
pub async fn check_open(tx: &mut Tx, session: Option<i32>, field: &'static str) -> Rule<()> {
    let Some(session) = session else { return Ok(()) };
    let mut it = Sql::new("t.id = ");
    it.bind(Bind::Int(Some(session))).push(" FOR SHARE OF t");
    let session = tx.select::<CashDrawerSession>(it).await?.pop();
    if session.is_some_and(|session| session.status != CashDrawerSessionStatus::Open) {
        tx.refuse(BindingRefused::Counted { field });
    }
    Ok(())
}
