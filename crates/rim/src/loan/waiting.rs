//! Why a loan that was agreed to is not paid out for now (spec 5.4): its telecom is broken or not
//! there, its airtime is on its way, its customer may not borrow, or not so much. Where the telecom
//! is broken, the rules go on by themselves once a test of it succeeds; until then somebody is told,
//! at most once in the pause of the alert.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::refusal::Rule;

use super::Loan;
use super::obstacle::over_limit;
use crate::system_alert::{SystemAlertType, evaluate};

/// What the loan `{t}` waits for, in words.
pub const WAITS_FOR: &str = concat!(
    "CASE WHEN {t}.status = 'approved' THEN CASE \
    WHEN NOT EXISTS (SELECT FROM api_integrations i WHERE i.type = 'telecom' \
      AND i.status = 'active' AND i.network = {t}.network) \
    THEN CASE WHEN EXISTS (SELECT FROM api_integrations i WHERE i.type = 'telecom' \
        AND i.status = 'error' AND i.network = {t}.network) \
      THEN 'The telecom of ' || {t}.network || ' failed too often and is not called; test its \
           integration.' \
      ELSE 'No telecom of ' || {t}.network || ' is connected; activate its integration.' END \
    WHEN EXISTS (SELECT FROM transactions a WHERE a.loan_id = {t}.id AND a.type = 'airtime' \
      AND a.status = 'pending') \
    THEN 'Its airtime is on its way; wait for its end.' \
    WHEN NOT EXISTS (SELECT FROM users u WHERE u.id = {t}.user_id AND u.status = 'active' \
      AND u.deleted_at IS NULL) \
    THEN 'The customer is not active and gets no loans; activate the customer first.' \
    ELSE ",
    over_limit!(),
    " END END"
);

/// That the airtime of the loan `{t}` is on its way, in the words with which its moves are refused
/// until that ends.
pub const ON_ITS_WAY: &str = "CASE WHEN {t}.status = 'approved' THEN \
    (SELECT 'The airtime is on its way as ' || min(a.transaction_id) || '; wait for its end.' \
      FROM transactions a WHERE a.loan_id = {t}.id AND a.type = 'airtime' \
      AND a.status = 'pending') END";

/// Lets the alerts of failing providers go off when a loan that was just agreed to waits for one.
pub async fn tell(tx: &mut Tx, loan: &Loan) -> Rule<()> {
    let mut broken =
        Sql::new("SELECT 1 FROM api_integrations i WHERE i.type = 'telecom' AND i.network = ");
    broken.bind(Bind::Text(Some(loan.network.spelling().to_owned())));
    broken.push(
        " GROUP BY i.network HAVING bool_or(i.status = 'error') \
                 AND NOT bool_or(i.status = 'active')",
    );
    if tx.load(broken).await?.is_empty() {
        return Ok(());
    }
    evaluate::raise(tx, SystemAlertType::ApiFailure).await
}
