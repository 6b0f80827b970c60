//! The device for a preorder is there: it is ready for sale, of the kind that was asked for,
//! and from now on held for the customer (spec 6.8).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::asset::holder::{Holder, holder};
use crate::asset::machine::RESERVE;
use crate::asset::{self, Asset, AssetStatus};
use crate::preorder::{Preorder, PreorderStatus, change, machine};
use crate::product_model::ProductModel;

/// Which device came in for which preorder.
#[derive(InputObject)]
#[graphql(name = "BizhubPreorderArriveInput")]
pub struct Arrive {
    /// The preorder.
    pub preorder_id: Id<Preorder>,
    /// The device; it must be ready for sale.
    pub asset_id: Id<Asset>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why a device does not arrive for a preorder.
#[derive(Refusal)]
enum ArriveRefused {
    #[refusal(
        NOT_ELIGIBLE,
        at = "assetId",
        "The asset {asset_tag} is a {actual}, and a {wanted} was asked for. Choose another."
    )]
    AnotherKind { asset_tag: String, actual: &'static str, wanted: &'static str },
    #[refusal(
        ALREADY_DONE,
        at = "assetId",
        "The asset {asset_tag} is on {invoice_number} of {owner} already."
    )]
    OnInvoice { asset_tag: String, invoice_number: String, owner: String },
    #[refusal(
        ALREADY_DONE,
        at = "assetId",
        "The asset {asset_tag} is held for the preorder {preorder_number} already."
    )]
    ForAnother { asset_tag: String, preorder_number: String },
}

mutation! {
    /// Notes the arrival of the device and holds it for the customer.
    pub ARRIVE = "bizhubPreorderArrive"(Arrive) -> Preorder,
    permission "bizhub.preorder.transition:arrive", keyed => arrive
}

/// Notes an arrival (spec 6.8). The preorder is locked before its asset.
pub async fn arrive(tx: &mut Tx, input: Arrive) -> Rule<Preorder> {
    let preorder =
        tx.lock_version(&input.preorder_id, "preorderId", input.expected_version).await?;
    tx.check_move(&preorder, &machine::ARRIVE, None, "preorderId")?;
    let free = tx.lock(&input.asset_id, "assetId").await?;
    let asset_tag = free.asset_tag.clone();
    match holder(tx, &free).await? {
        Some(Holder::Invoice { invoice_number, owner }) => {
            return Err(ArriveRefused::OnInvoice { asset_tag, invoice_number, owner }.into());
        }
        Some(Holder::Preorder(other)) => {
            let preorder_number = other.preorder_number;
            return Err(ArriveRefused::ForAnother { asset_tag, preorder_number }.into());
        }
        None => tx.check_move(&free, &RESERVE, None, "assetId")?,
    }
    let model: ProductModel = tx.get(free.product_model_id).await?;
    if let Some(wanted) = preorder.requested_category
        && wanted != model.category
    {
        let (actual, wanted) = (model.category.spelling(), wanted.spelling());
        tx.refuse(ArriveRefused::AnotherKind { asset_tag: asset_tag.clone(), actual, wanted });
    }
    tx.settle()?;

    let why = format!("Arrived for {}", preorder.preorder_number);
    let held = vec![Asset::PREORDER_ID.to(Some(preorder.id))];
    asset::transition(tx, &free, &RESERVE, AssetStatus::Reserved, held, &why).await?;
    let sets = vec![
        Preorder::ASSET_ID.to(Some(free.id)),
        Preorder::ARRIVAL_DATE.to(Some(tx.business_date)),
    ];
    let (to, words) = (PreorderStatus::Arrived, ("arrived", Some(asset_tag)));
    change::advance(tx, &preorder, &machine::ARRIVE, to, sets, words).await
}
