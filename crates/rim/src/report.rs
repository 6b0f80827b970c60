//! Reports of the lender (spec 5.12), each one statement with its figures. Days are those of the
//! tenant's zone; what goes back counts on the day it went, not on the day it had come.

mod admin_activity;
mod agent_load;
mod approval_funnel;
mod approvals;
mod broadcast_delivery;
mod cash_flow;
mod cohorts;
mod customers;
mod groups;
mod integration_uptime;
mod outstanding_ageing;
mod reconciliation;
mod revenue;
mod tickets;

use bizgraph_kernel::report::Report;

/// Every report of the module, in the order of the schema.
pub static REPORTS: &[&Report] = &[
    &cash_flow::CASH_FLOW,
    &cohorts::COHORTS,
    &outstanding_ageing::OUTSTANDING_AGEING,
    &approval_funnel::APPROVAL_FUNNEL,
    &approvals::APPROVALS,
    &revenue::REVENUE,
    &reconciliation::RECONCILIATION,
    &reconciliation::UNRECONCILED,
    &customers::CUSTOMERS,
    &tickets::TICKETS,
    &agent_load::AGENT_LOAD,
    &broadcast_delivery::BROADCAST_DELIVERY,
    &integration_uptime::INTEGRATION_UPTIME,
    &admin_activity::ADMIN_ACTIVITY,
];
