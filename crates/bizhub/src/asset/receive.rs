//! Receiving: a device enters the house under a tag and a serial number that no other has
//! (spec 6.3). Both are kept in capitals without spaces, so that one device cannot be entered
//! twice in two spellings.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::{Code, Refusal as Refused, Rule};
use bizgraph_kernel::scalars::Date;
use bizgraph_kernel::{Refusal, mutation};
use chrono::NaiveDate;
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;

use crate::asset::update_cost::{costs_agree, purchase_cost_allowed};
use crate::asset::{Asset, place};
use crate::inventory_movement;
use crate::location::{Location, LocationMeaning};
use crate::product_model::ProductModel;
use crate::schema::assets;

/// The device that came in.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetReceiveInput")]
pub struct Receive {
    /// The maker's number; kept in capitals without spaces, unique.
    pub serial_number: String,
    /// The shop's own number; drawn when left out. Kept in capitals without spaces, unique.
    pub asset_tag: Option<String>,
    /// The model that it is one of.
    pub product_model_id: Id<ProductModel>,
    /// The day it came in, not after today; today when left out.
    pub received_date: Option<Date>,
    /// The Warehouse or the Backroom; the Warehouse when left out.
    pub location_id: Option<Id<Location>>,
    /// Who it was bought from, at most 100 characters.
    pub supplier: Option<String>,
    /// What the supplier was paid, in the tenant's currency; needs the right to see costs.
    pub purchase_cost: Option<Money>,
    /// The purchase cost with shipping, duty and the like; at least the purchase cost.
    pub landed_cost: Option<Money>,
    /// What can be seen of its use.
    pub cosmetic_notes: Option<String>,
    /// What comes with it, such as a charger.
    pub accessories_included: Option<String>,
    /// Why, at most 500 characters; needed where the day is locked, from who may write there.
    pub reason: Option<String>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

#[derive(Refusal)]
pub enum ReceiveRefused {
    #[refusal(
        OUT_OF_RANGE,
        at = "receivedDate",
        "It is {today}; a device cannot come in later than today."
    )]
    NotYet { today: NaiveDate },
    #[refusal(
        VALIDATION_FAILED,
        at = "locationId",
        "A device comes in at the Warehouse or the Backroom. Receive it there, then move it."
    )]
    WrongPlace,
    #[refusal(
        NOT_UNIQUE,
        at = "serialNumber",
        "The asset {asset_tag} has this serial number already. A device that came back is taken \
         in with a refund."
    )]
    SerialTaken { asset_tag: String },
    #[refusal(
        NOT_UNIQUE,
        at = "assetTag",
        "Another asset, with the serial number {serial_number}, has this tag already."
    )]
    TagTaken { serial_number: String },
}

mutation! {
    /// Takes a device into the house; it starts as Received.
    pub RECEIVE = "bizhubAssetReceive"(Receive) -> Asset,
    permission "bizhub.asset.transition:receive", keyed => receive
}

pub async fn receive(tx: &mut Tx, input: Receive) -> Rule<Asset> {
    let model = tx.read(&input.product_model_id, "productModelId").await?;
    let location = arrival_place(tx, input.location_id.as_ref()).await?;
    let serial = normalized(tx, &input.serial_number, "serialNumber", 100);
    let tag = input.asset_tag.as_ref().map(|tag| normalized(tx, tag, "assetTag", 50));
    refuse_taken(tx, &serial, tag.as_deref()).await?;
    let received = input.received_date.map_or(tx.business_date, |date| date.0);
    if received > tx.business_date {
        tx.refuse(ReceiveRefused::NotYet { today: tx.business_date });
    }
    let supplier = tx.optional_text(input.supplier, "supplier", 100);
    let cosmetic_notes = tx.optional_text(input.cosmetic_notes, "cosmeticNotes", 2000);
    let accessories = tx.optional_text(input.accessories_included, "accessoriesIncluded", 2000);
    tx.optional_text(input.reason, "reason", 500);
    purchase_cost_allowed(tx, input.purchase_cost.is_some());
    costs_agree(tx, input.purchase_cost.as_ref(), input.landed_cost.as_ref());
    tx.settle()?;
    let tag = match tag {
        Some(tag) => tag,
        None => free_tag(tx).await?,
    };
    let asset = tx
        .insert::<Asset>(vec![
            Asset::ASSET_TAG.to(tag),
            Asset::SERIAL_NUMBER.to(serial),
            Asset::PRODUCT_MODEL_ID.to(model.id),
            Asset::SUPPLIER.to(supplier),
            Asset::PURCHASE_COST.to(input.purchase_cost),
            Asset::LANDED_COST.to(input.landed_cost),
            Asset::RECEIVED_DATE.to(received),
            Asset::COSMETIC_NOTES.to(cosmetic_notes),
            Asset::ACCESSORIES_INCLUDED.to(accessories),
            Asset::LOCATION_ID.to(Some(location)),
        ])
        .await?;
    inventory_movement::record_arrival(tx, &asset, "Received").await?;
    Ok(asset)
}

async fn arrival_place(tx: &mut Tx, asked: Option<&Id<Location>>) -> Rule<i32> {
    let Some(asked) = asked else {
        return place::location_of(tx, LocationMeaning::Warehouse).await;
    };
    let location = tx.read(asked, "locationId").await?;
    if !matches!(location.meaning, Some(LocationMeaning::Warehouse | LocationMeaning::Backroom)) {
        tx.refuse(ReceiveRefused::WrongPlace);
    }
    Ok(location.id)
}

/// A number in the one way in which it is kept: capitals, no spaces.
fn normalized(tx: &mut Tx, number: &str, field: &str, most: usize) -> String {
    let number: String = number.split_whitespace().collect::<String>().to_ascii_uppercase();
    if !number.chars().all(|character| character.is_ascii_graphic()) {
        let message = "Only letters from A to Z, digits and signs, as printed on the device.";
        tx.refuse(Refused::new(Code::BadFormat, field, message));
    }
    tx.text(&number, field, most)
}

async fn refuse_taken(tx: &mut Tx, serial: &str, tag: Option<&str>) -> Rule<()> {
    let taken: Vec<(String, String)> = assets::table
        .filter(assets::serial_number.eq(serial).or(assets::asset_tag.eq(tag.unwrap_or_default())))
        .select((assets::asset_tag, assets::serial_number))
        .load(tx.connection().await?)
        .await?;
    for (asset_tag, serial_number) in taken {
        if serial_number == serial {
            tx.refuse(ReceiveRefused::SerialTaken { asset_tag: asset_tag.clone() });
        }
        if tag == Some(asset_tag.as_str()) {
            tx.refuse(ReceiveRefused::TagTaken { serial_number });
        }
    }
    Ok(())
}

/// The next tag of the series that nobody wrote on a device by hand before.
async fn free_tag(tx: &mut Tx) -> Rule<String> {
    loop {
        let tag = tx.draw_number(&crate::series::ASSET_TAG).await?;
        let taken: i64 = assets::table
            .filter(assets::asset_tag.eq(&tag))
            .count()
            .get_result(tx.connection().await?)
            .await?;
        if taken == 0 {
            return Ok(tag);
        }
    }
}
