//! A deleted customer comes back (spec 1.9).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::db::tx::not_found;
use bizgraph_kernel::entity::{Entity, Id, Sql};
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use super::Customer;

/// Which customer to restore.
#[derive(InputObject)]
#[graphql(name = "BizhubCustomerRestoreInput")]
pub struct Restore {
    /// The deleted customer.
    pub customer_id: Id<Customer>,
}

/// Why a customer cannot be restored.
#[derive(Refusal)]
enum RestoreRefused {
    #[refusal(ALREADY_DONE, at = "customerId", "The customer {name} is not deleted.")]
    NotDeleted { name: String },
}

mutation! {
    /// Brings a deleted customer back.
    pub RESTORE = "bizhubCustomerRestore"(Restore) -> Customer,
    permission "bizhub.customer.delete" => restore
}

/// Brings a deleted customer back (spec 1.9). No column of a customer is unique, so nothing
/// has to be checked again.
pub async fn restore(tx: &mut Tx, input: Restore) -> Rule<Customer> {
    let mut wanted = Sql::new("t.id = ");
    wanted.bind(tx.key(&input.customer_id, "customerId")?).push(" FOR NO KEY UPDATE OF t");
    let Some(customer) = tx.select::<Customer>(wanted).await?.pop() else {
        return Err(not_found::<Customer>("customerId").into());
    };
    if customer.deleted_at.is_none() {
        return Err(RestoreRefused::NotDeleted { name: customer.full_name }.into());
    }
    let sets = vec![
        Customer::DELETED_AT.to(None),
        Customer::DELETED_BY.to(None),
        Customer::DELETE_REASON.to(None),
    ];
    let customer = tx.amend(&customer, sets).await?;
    tx.announce(Customer::META, "restore", &customer.key());
    Ok(customer)
}
