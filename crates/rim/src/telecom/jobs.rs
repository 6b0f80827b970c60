//! What happens to airtime by itself (spec 5.4, 5.5): a telecom that owes an answer is asked, and
//! a loan that was not paid out is tried again, three times in all.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::job;
use bizgraph_kernel::refusal::{Rejection, Rule};

use super::send;
use crate::loan::jobs::read_key;
use crate::loan::{Loan, disburse};
use crate::transaction::{Transaction, TransactionStatus};

job! {
    /// Asks telecoms what became of airtime that is on its way, a minute after they were called
    /// and then ever less often, and orders what never reached them.
    pub ASK_TELECOMS = "askTelecoms", every 1 minutes,
    due "SELECT t.id::text FROM transactions t JOIN api_integrations i ON i.type = 'telecom' \
         AND i.status = 'active' AND i.provider = t.provider AND i.network = t.network \
         WHERE t.type = 'airtime' AND t.status = 'pending' AND t.deleted_at IS NULL \
         AND (t.sent_at IS NULL OR greatest(t.sent_at, t.asked_at) <= \
           current_setting('bizgraph.now')::timestamptz - greatest(interval '1 minute', \
             (current_setting('bizgraph.now')::timestamptz - t.created_at) / 10)) ORDER BY t.id"
    => ask_one
}

job! {
    /// Pays loans out that the rules agreed to, or whose airtime failed fewer than three times;
    /// after each failure a minute longer passes.
    pub PAY_OUT_LOANS = "payOutLoans", every 1 minutes,
    due "SELECT l.id::text FROM loans l JOIN users u ON u.id = l.user_id \
         WHERE l.status = 'approved' AND u.status = 'active' AND u.deleted_at IS NULL \
         AND l.disbursement_attempts < 3 AND (l.auto_approved OR l.disbursement_attempts > 0) \
         AND EXISTS (SELECT FROM api_integrations i WHERE i.type = 'telecom' \
           AND i.status = 'active' AND i.network = l.network) \
         AND NOT EXISTS (SELECT FROM transactions t WHERE t.loan_id = l.id AND t.type = 'airtime' \
           AND (t.status <> 'failed' OR t.failed_at > current_setting('bizgraph.now')::timestamptz \
             - l.disbursement_attempts * interval '1 minute')) ORDER BY l.id"
    => pay_out_one
}

/// Orders airtime or asks what became of it.
pub async fn ask_one(tx: &mut Tx, key: &str) -> Rule<()> {
    let transaction: Transaction = tx.get_locked(read_key(key)?).await?;
    if transaction.status != TransactionStatus::Pending {
        return Ok(());
    }
    send::pursue(tx, &transaction).await
}

/// Pays one loan out, unless something stands against it by now.
pub async fn pay_out_one(tx: &mut Tx, key: &str) -> Rule<()> {
    let seen: Loan = tx.get(read_key(key)?).await?;
    let user = tx.get_locked(seen.user_id).await?;
    let loan: Loan = tx.get_locked(seen.id).await?;
    match disburse::pay_out(tx, &user, &loan).await {
        // What stands against it is told to whoever tries by hand.
        Err(Rejection::Refused(_)) => Ok(()),
        paid_out => paid_out,
    }
}
