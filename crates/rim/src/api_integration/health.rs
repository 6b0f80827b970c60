//! Whether a provider still works (spec 5.10): after five failures in a row it is not called any
//! more until a test succeeds, and somebody is told.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;
use uuid::Uuid;

use super::{ApiIntegration, ApiIntegrationStatus, machine};
use crate::system_alert::{SystemAlertType, evaluate};

/// Failures in a row after which a provider counts as broken.
const MOST_FAILURES: i32 = 5;

/// A call of the provider failed.
pub async fn count_failure(tx: &mut Tx, integration: Uuid) -> Rule<()> {
    let integration: ApiIntegration = tx.get_locked(integration).await?;
    let failures = integration.failure_count.saturating_add(1);
    let sets = vec![ApiIntegration::FAILURE_COUNT.to(failures)];
    if integration.status == ApiIntegrationStatus::Active && failures >= MOST_FAILURES {
        let error = ApiIntegrationStatus::Error.spelling();
        tx.advance(&integration, &machine::BREAK_DOWN, error, sets).await?;
        // From now on what it was to do waits, and nobody calls it any more.
        evaluate::raise(tx, SystemAlertType::ApiFailure).await?;
    } else {
        tx.update(&integration, sets).await?;
    }
    Ok(())
}

/// The provider did what it was asked: what failed before is forgotten.
pub async fn forget_failures(tx: &mut Tx, integration: Uuid) -> Rule<()> {
    let integration: ApiIntegration = tx.get_locked(integration).await?;
    tx.update(&integration, vec![ApiIntegration::FAILURE_COUNT.to(0)]).await?;
    Ok(())
}
