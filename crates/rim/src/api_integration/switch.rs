//! A provider is switched on after a test of the last 24 hours that succeeded, one for each type
//! and network or provider, and switched off (spec 5.10).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use chrono::TimeDelta;

use super::test::another_is_active;
use super::{ApiIntegration, ApiIntegrationStatus, TestResult, machine};

/// How long a test counts.
const TEST_LASTS: TimeDelta = TimeDelta::hours(24);

/// Which provider to switch on.
#[derive(InputObject)]
#[graphql(name = "RimApiIntegrationActivateInput")]
pub struct Activate {
    /// The provider.
    pub api_integration_id: Id<ApiIntegration>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

/// Which provider to switch off.
#[derive(InputObject)]
#[graphql(name = "RimApiIntegrationDeactivateInput")]
pub struct Deactivate {
    /// The provider.
    pub api_integration_id: Id<ApiIntegration>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Switches a provider on that was tested with success within 24 hours.
    pub ACTIVATE = "rimApiIntegrationActivate"(Activate) -> ApiIntegration,
    permission "rim.api_integration.transition:activate" => activate
}

mutation! {
    /// Switches a provider off; it is not called any more.
    pub DEACTIVATE = "rimApiIntegrationDeactivate"(Deactivate) -> ApiIntegration,
    permission "rim.api_integration.transition:deactivate" => deactivate
}

/// Switches a provider on (spec 5.10).
pub async fn activate(tx: &mut Tx, input: Activate) -> Rule<ApiIntegration> {
    let (id, field) = (&input.api_integration_id, "apiIntegrationId");
    let integration: ApiIntegration = tx.lock_version(id, field, input.expected_version).await?;
    tx.check_move(&integration, &machine::ACTIVATE, None, field)?;
    let is_fresh = integration.last_tested.is_some_and(|at| tx.now - at <= TEST_LASTS);
    let succeeded = integration.last_test_result == Some(TestResult::Success);
    tx.require(is_fresh && succeeded, || {
        let message = "It has to be tested with success within the last 24 hours.";
        let tested = integration.last_tested.map(|at| at.to_rfc3339());
        let result = integration.last_test_result.map(|result| result.spelling());
        let refusal = Refusal::new(Code::PreconditionFailed, field, message);
        refusal.with("lastTested", tested).with("lastTestResult", result)
    });
    let is_taken = another_is_active(tx, &integration).await?;
    tx.require(!is_taken, || {
        let message = "Another integration is active for the same network or provider; \
                       deactivate that first.";
        Refusal::new(Code::NotUnique, field, message)
    });
    tx.settle()?;
    let sets = vec![ApiIntegration::FAILURE_COUNT.to(0)];
    let active = ApiIntegrationStatus::Active.spelling();
    tx.advance(&integration, &machine::ACTIVATE, active, sets).await
}

/// Switches a provider off (spec 5.10).
pub async fn deactivate(tx: &mut Tx, input: Deactivate) -> Rule<ApiIntegration> {
    let (id, field) = (&input.api_integration_id, "apiIntegrationId");
    let integration: ApiIntegration = tx.lock_version(id, field, input.expected_version).await?;
    tx.check_move(&integration, &machine::DEACTIVATE, None, field)?;
    tx.settle()?;
    let inactive = ApiIntegrationStatus::Inactive.spelling();
    tx.advance(&integration, &machine::DEACTIVATE, inactive, Vec::new()).await
}
