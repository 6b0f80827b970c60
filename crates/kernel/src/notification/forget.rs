//! What is left of messages to somebody who is erased (spec 1.9): that there was one.

use crate::db::Tx;
use crate::entity::sql::{Bind, Sql};
use crate::refusal::Rule;

impl Tx {
    /// Leaves of every message to these addresses only that there was one (spec 1.9); what waits
    /// is not sent any more.
    ///
    /// # Errors
    /// Any fault of the database.
    pub async fn forget_recipients(&mut self, recipients: &[&str]) -> Rule<()> {
        let mut to = Sql::new("recipient = ANY(");
        to.bind(self.personal_forms(recipients)).push(")");
        self.forget_messages(to).await
    }

    /// The same for every message whose dedupe key begins with one of these: messages to others
    /// that name somebody.
    ///
    /// # Errors
    /// Any fault of the database.
    pub async fn forget_keys(&mut self, beginnings: Vec<String>) -> Rule<()> {
        let mut about = Sql::new("EXISTS (SELECT FROM unnest(");
        about.bind(Bind::Texts(beginnings));
        about.push(") AS beginning WHERE starts_with(dedupe_key, beginning))");
        self.forget_messages(about).await
    }

    async fn forget_messages(&mut self, which: Sql) -> Rule<()> {
        let mut sql = Sql::new(
            "UPDATE notifications SET recipient = 'erased', subject = 'erased', body = 'erased', \
             variables = '{}', last_error = NULL, next_attempt_at = NULL, \
             status = CASE status WHEN 'pending' THEN 'failed' ELSE status END, \
             version = version + 1, updated_at = ",
        );
        sql.bind(Bind::Instant(Some(self.now))).push(" WHERE ").append(which);
        self.execute(sql).await?;
        Ok(())
    }
}
