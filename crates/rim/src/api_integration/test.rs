//! A provider is tested (spec 5.10): `GET /health` has to answer with success. A test that
//! succeeds brings back one that was broken.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Id, Sql};
use bizgraph_kernel::mutation;
use bizgraph_kernel::provider::Reply;
use bizgraph_kernel::refusal::Rule;

use super::{ApiIntegration, ApiIntegrationStatus, TestResult, calling, health, machine};
use crate::api_call::{ApiCall, ApiCallPurpose};
use crate::loan::jobs::read_key;
use crate::telecom::airtime::words;

/// Which provider to test.
#[derive(InputObject)]
#[graphql(name = "RimApiIntegrationTestInput")]
pub struct Test {
    /// The provider.
    pub api_integration_id: Id<ApiIntegration>,
}

mutation! {
    /// Calls a provider to see whether it answers; `lastTestResult` tells what came of it, and the
    /// newest of its calls why.
    pub TEST = "rimApiIntegrationTest"(Test) -> ApiIntegration,
    permission "rim.api_integration.test" => test
}

/// Calls a provider once this transaction has committed (spec 5.10).
pub async fn test(tx: &mut Tx, input: Test) -> Rule<ApiIntegration> {
    let integration: ApiIntegration =
        tx.lock(&input.api_integration_id, "apiIntegrationId").await?;
    let call = calling::call(tx, &integration, "/health")?;
    tx.call_afterwards(call, integration.id.to_string(), |tx, key, reply| {
        Box::pin(conclude(tx, key, reply))
    });
    Ok(integration)
}

/// Writes what came of a test.
async fn conclude(tx: &mut Tx, key: &str, reply: &Reply) -> Rule<()> {
    let integration: ApiIntegration = tx.get_locked(read_key(key)?).await?;
    let succeeded = matches!(reply, Reply::Answered { status: 200..=299, .. });
    let message = match reply {
        Reply::Answered { status, .. } => format!("HTTP status {status}"),
        Reply::NotSent(why) | Reply::Unclear(why) => words(why),
    };
    let sets = vec![
        ApiCall::API_INTEGRATION_ID.to(integration.id),
        ApiCall::PURPOSE.to(ApiCallPurpose::Test),
        ApiCall::SUCCEEDED.to(succeeded),
        ApiCall::MESSAGE.to(Some(message)),
    ];
    tx.append(sets).await?;
    let result = if succeeded { TestResult::Success } else { TestResult::Failed };
    let sets = vec![
        ApiIntegration::LAST_TESTED.to(Some(tx.now)),
        ApiIntegration::LAST_TEST_RESULT.to(Some(result)),
    ];
    let integration = tx.update(&integration, sets).await?;
    if !succeeded {
        return health::count_failure(tx, integration.id).await;
    }
    let forgotten = vec![ApiIntegration::FAILURE_COUNT.to(0)];
    let is_broken = integration.status == ApiIntegrationStatus::Error;
    if is_broken && !another_is_active(tx, &integration).await? {
        let active = ApiIntegrationStatus::Active.spelling();
        tx.advance(&integration, &machine::RECOVER, active, forgotten).await?;
    } else {
        tx.update(&integration, forgotten).await?;
    }
    Ok(())
}

/// Whether another way to the same network or provider is in use by now.
pub async fn another_is_active(tx: &mut Tx, integration: &ApiIntegration) -> Rule<bool> {
    let text = |text: &str| Bind::Text(Some(text.to_owned()));
    let way = integration.network.map_or(integration.provider.as_str(), |it| it.spelling());
    let mut other = Sql::new("t.status = 'active' AND t.type = ");
    other.bind(text(integration.r#type.spelling())).push(" AND COALESCE(t.network, t.provider) = ");
    other.bind(text(way)).push(" AND t.id <> ").bind(integration.id.into());
    Ok(!tx.select::<ApiIntegration>(other).await?.is_empty())
}
