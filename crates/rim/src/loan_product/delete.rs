//! Terms that no loan was asked for on can be deleted; the others are switched off.

use async_graphql::InputObject;
use bizgraph_kernel::db::{Dependants, Tx};
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;

use super::LoanProduct;
use crate::loan::Loan;

/// Which terms to delete.
#[derive(InputObject)]
#[graphql(name = "RimLoanProductDeleteInput")]
pub struct Delete {
    /// The terms.
    pub loan_product_id: Id<LoanProduct>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Deletes terms that no loan was asked for on.
    pub DELETE = "rimLoanProductDelete"(Delete),
    permission "rim.loan_product.delete"
    also [("deletedId", "The terms that were deleted.", "ID")] => delete
}

/// Deletes terms without loans (spec 1.9).
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let (id, field) = (&input.loan_product_id, "loanProductId");
    let product: LoanProduct = tx.lock_version(id, field, input.expected_version).await?;
    let loans =
        Dependants { meta: Loan::META, column: "loan_product_id", name: "loan_id", only: "" };
    tx.refuse_dependants(&product, field, &[loans]).await?;
    tx.settle()?;
    tx.delete(&product).await?;
    Ok(Outcome::default().with("deletedId", id.as_str()))
}
