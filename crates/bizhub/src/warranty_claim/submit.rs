//! A customer comes with a device that is under warranty (spec 6.9).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::scalars::Date;
use chrono::NaiveDate;

use crate::customer::Customer;
use crate::series;
use crate::warranty::{Warranty, WarrantyStatus};
use crate::warranty_claim::{WarrantyClaim, open_on};

/// What is claimed, by whom, under which warranty.
#[derive(InputObject)]
#[graphql(name = "BizhubWarrantyClaimSubmitInput")]
pub struct Submit {
    /// The warranty; it must be Active.
    pub warranty_id: Id<Warranty>,
    /// Who claims; it must be the customer of the warranty.
    pub customer_id: Id<Customer>,
    /// What is wrong with the device, at most 2000 characters.
    pub issue_description: String,
    /// The day on which it was claimed; today unless said, never later, within the warranty.
    pub claim_date: Option<Date>,
    /// Remarks, at most 2000 characters.
    pub notes: Option<String>,
    /// Why, at most 500 characters; needed where the day is locked, from who may write there.
    pub reason: Option<String>,
}

/// Why nothing can be claimed.
#[derive(Refusal)]
enum SubmitRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "warrantyId",
        "{number} is {status}; only an Active warranty can be claimed."
    )]
    NotActive { number: String, status: &'static str },
    #[refusal(
        ALREADY_DONE,
        at = "warrantyId",
        "{claim} is open under this warranty already. Complete or deny it first."
    )]
    Open { claim: String },
    #[refusal(
        EXPIRED,
        at = "claimDate",
        "{number} runs from {start_date} to {end_date}, and {claim_date} is outside of it."
    )]
    OutOfTerm { number: String, start_date: NaiveDate, end_date: NaiveDate, claim_date: NaiveDate },
    #[refusal(OUT_OF_RANGE, at = "claimDate", "A claim is of today, {today}, or earlier.")]
    InFuture { today: NaiveDate },
    #[refusal(
        NOT_ELIGIBLE,
        at = "customerId",
        "{number} was promised to another customer, who has to claim."
    )]
    AnotherCustomer { number: String },
}

mutation! {
    /// Submits a claim under an active warranty.
    pub SUBMIT_CLAIM = "bizhubWarrantyClaimSubmit"(Submit) -> WarrantyClaim,
    permission "bizhub.warranty_claim.transition:submit" => submit
}

/// Submits a claim (spec 6.9). The warranty's lock lets one claim be open at a time.
pub async fn submit(tx: &mut Tx, input: Submit) -> Rule<WarrantyClaim> {
    let warranty = tx.lock(&input.warranty_id, "warrantyId").await?;
    let customer = tx.read(&input.customer_id, "customerId").await?;
    let number = || warranty.warranty_number.clone();
    if let Some(open) = open_on(tx, &warranty).await? {
        tx.refuse(SubmitRefused::Open { claim: open.claim_number });
    } else if warranty.status != WarrantyStatus::Active {
        let status = warranty.status.spelling();
        tx.refuse(SubmitRefused::NotActive { number: number(), status });
    }
    let today = tx.business_date;
    let claim_date = input.claim_date.map_or(today, |date| date.0);
    let (start_date, end_date) = (warranty.start_date, warranty.end_date);
    if claim_date > today {
        tx.refuse(SubmitRefused::InFuture { today });
    } else if claim_date < start_date || claim_date > end_date {
        let number = number();
        tx.refuse(SubmitRefused::OutOfTerm { number, start_date, end_date, claim_date });
    }
    if customer.id != warranty.customer_id {
        tx.refuse(SubmitRefused::AnotherCustomer { number: number() });
    }
    let issue = tx.text(&input.issue_description, "issueDescription", 2000);
    tx.no_card_number(Some(&issue), "issueDescription");
    let notes = tx.optional_text(input.notes, "notes", 2000);
    tx.no_card_number(notes.as_deref(), "notes");
    tx.optional_text(input.reason, "reason", 500);
    tx.settle()?;

    let number = tx.draw_number(&series::WARRANTY_CLAIM).await?;
    tx.insert(vec![
        WarrantyClaim::CLAIM_NUMBER.to(number),
        WarrantyClaim::WARRANTY_ID.to(warranty.id),
        WarrantyClaim::CUSTOMER_ID.to(customer.id),
        WarrantyClaim::ISSUE_DESCRIPTION.to(issue),
        WarrantyClaim::CLAIM_DATE.to(claim_date),
        WarrantyClaim::NOTES.to(notes),
    ])
    .await
}
