//! The catalogue: device types and what each grade of them sells for (spec 6.3). A single
//! device is an asset.

pub mod create;
pub mod delete;
pub mod update;

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::{Code, Refusal};
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};

/// What kind of device a model is; checklist, wipe and battery rules hang on it.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubProductCategory")]
pub enum ProductCategory {
    /// A portable computer.
    #[word("Laptop")]
    Laptop,
    /// A mobile phone.
    #[word("Phone")]
    Phone,
    /// A serialized accessory; it holds no data, so it is not wiped.
    #[word("Accessory")]
    Accessory,
}

/// A device type, such as an HP EliteBook 840 G7; not a single unit.
#[derive(Entity, Clone, Debug)]
#[entity(module = "bizhub", table = product_models, permission = "bizhub.product_model",
    default_order = model_name, money)]
#[has_many(
    assets: crate::asset::Asset by product_model_id "Every unit of this model.",
    price_changes: crate::price_change::PriceChange by product_model_id
        "What its grades sold for before."
)]
pub struct ProductModel {
    pub id: i32,
    /// What kind of device it is.
    #[entity(filter, order)]
    pub category: ProductCategory,
    /// Who makes it, such as HP.
    #[entity(filter, order)]
    pub brand: String,
    /// What its maker calls it, such as EliteBook 840 G7.
    #[entity(filter, order)]
    pub model_name: String,
    /// Processor, such as i5-10310U.
    pub cpu: Option<String>,
    /// Memory, such as 16GB.
    pub ram: Option<String>,
    /// Disk, such as 512GB SSD.
    pub storage: Option<String>,
    /// Screen, such as 14 inch FHD.
    pub screen_size: Option<String>,
    /// Graphics processor.
    pub gpu: Option<String>,
    /// What it runs, such as Windows 11 Pro.
    pub operating_system: Option<String>,
    /// Anything else that a buyer asks about.
    pub description: Option<String>,
    /// What a unit of grade A sells for, in the tenant's currency.
    pub default_price_grade_a: Option<Money>,
    /// What a unit of grade B sells for, in the tenant's currency.
    pub default_price_grade_b: Option<Money>,
    /// What a unit of grade C sells for, in the tenant's currency.
    pub default_price_grade_c: Option<Money>,
    /// Address of a picture.
    pub image_url: Option<String>,
    /// Moves on with every change.
    pub version: i32,
    /// When the model was added.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When something about the model changed last.
    pub updated_at: DateTime<Utc>,
}

/// The address of a picture on the web; any other scheme could run in a browser.
fn image_url(tx: &mut Tx, url: Option<String>, field: &str) -> Option<String> {
    let url = tx.optional_text(url, field, 255)?;
    let on_the_web = url.starts_with("https://") || url.starts_with("http://");
    tx.require(on_the_web, || {
        let message = "This is no web address; write it like https://example.com/picture.jpg.";
        Refusal::new(Code::BadFormat, field, message)
    });
    Some(url)
}

/// A grade's price: nothing or more, in the tenant's currency.
fn price(tx: &mut Tx, price: Option<Money>, field: &str) -> Option<Money> {
    if let Some(price) = &price {
        tx.amount(price, field);
    }
    price
}
