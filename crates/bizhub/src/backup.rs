//! The shop's tables are copied every day, and of the copies 7 daily, 4 weekly and 6 monthly ones
//! are kept (spec 6.14).

use bizgraph_kernel::backup::Rotation;
use bizgraph_kernel::job;
use bizgraph_kernel::job::Outside;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

/// What the document keeps.
const KEPT: Rotation = Rotation { days: 7, weeks: 4, months: 6 };

job! {
    /// Copies the tables once a day; of the copies 7 daily, 4 weekly and 6 monthly ones are kept.
    pub BACK_UP = "backUp",
    daily,
    due "SELECT current_setting('bizgraph.business_date')"
    => outside back_up
}

/// Makes the copy of today, whichever day the job was asked to make up for: the rows of a day that
/// is past are gone.
pub async fn back_up(outside: &Outside, _day: &str) -> Rule<()> {
    let made = outside.kernel.back_up_today(&outside.actor.tenant, KEPT).await;
    made.map_err(|fault| Refusal::new(Code::ProviderFailed, "", fault.told()))?;
    Ok(())
}
