//! A change to a device type or its prices (spec 6.3). Prices are money, so the caller says
//! which version it read (spec 1.6.1).

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Id, Sql};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::price_change;

use super::{ProductCategory, ProductModel, image_url, price};

/// What changes; a field left out stays as it is, null clears it.
#[derive(InputObject)]
#[graphql(name = "BizhubProductModelUpdateInput")]
pub struct Update {
    /// The model.
    pub product_model_id: Id<ProductModel>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: i32,
    /// What kind of device it is; fixed as soon as there is a unit of the model.
    pub category: Option<ProductCategory>,
    /// Who makes it; at most 50 characters.
    pub brand: Option<String>,
    /// What its maker calls it; at most 100 characters.
    pub model_name: Option<String>,
    /// Processor, at most 100 characters.
    pub cpu: MaybeUndefined<String>,
    /// Memory, at most 50 characters.
    pub ram: MaybeUndefined<String>,
    /// Disk, at most 50 characters.
    pub storage: MaybeUndefined<String>,
    /// Screen, at most 20 characters.
    pub screen_size: MaybeUndefined<String>,
    /// Graphics processor, at most 100 characters.
    pub gpu: MaybeUndefined<String>,
    /// What it runs, at most 50 characters.
    pub operating_system: MaybeUndefined<String>,
    /// Anything else that a buyer asks about; at most 2,000 characters.
    pub description: MaybeUndefined<String>,
    /// What a unit of grade A sells for, in the tenant's currency.
    pub default_price_grade_a: MaybeUndefined<Money>,
    /// What a unit of grade B sells for, in the tenant's currency.
    pub default_price_grade_b: MaybeUndefined<Money>,
    /// What a unit of grade C sells for, in the tenant's currency.
    pub default_price_grade_c: MaybeUndefined<Money>,
    /// Why a price changes, at most 500 characters; kept with the change.
    pub reason: Option<String>,
    /// Address of a picture, at most 255 characters.
    pub image_url: MaybeUndefined<String>,
}

/// Why a change of a model is refused.
#[derive(Refusal)]
enum UpdateRefused {
    #[refusal(
        IMMUTABLE,
        at = "category",
        "There are units of the model {model}, tested by the rules of its category. Add another \
         model for the other category."
    )]
    CategoryInUse { model: String },
}

mutation! {
    /// Changes a device type or what its grades sell for.
    pub UPDATE = "bizhubProductModelUpdate"(Update) -> ProductModel,
    permission "bizhub.product_model.update" => update
}

/// Changes a device type or its prices (spec 6.3).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<ProductModel> {
    let expected = Some(input.expected_version);
    let model = tx.lock_version(&input.product_model_id, "productModelId", expected).await?;
    let mut sets = Vec::new();
    if let Some(category) = input.category {
        if category != model.category && has_assets(tx, &model).await? {
            tx.refuse(UpdateRefused::CategoryInUse { model: model.model_name.clone() });
        }
        sets.push(ProductModel::CATEGORY.to(category));
    }
    if let Some(brand) = input.brand {
        sets.push(ProductModel::BRAND.to(tx.text(&brand, "brand", 50)));
    }
    if let Some(name) = input.model_name {
        sets.push(ProductModel::MODEL_NAME.to(tx.text(&name, "modelName", 100)));
    }
    for (text, column, field, most) in [
        (input.cpu, ProductModel::CPU, "cpu", 100),
        (input.ram, ProductModel::RAM, "ram", 50),
        (input.storage, ProductModel::STORAGE, "storage", 50),
        (input.screen_size, ProductModel::SCREEN_SIZE, "screenSize", 20),
        (input.gpu, ProductModel::GPU, "gpu", 100),
        (input.operating_system, ProductModel::OPERATING_SYSTEM, "operatingSystem", 50),
        (input.description, ProductModel::DESCRIPTION, "description", 2_000),
    ] {
        if let Some(text) = Option::<Option<String>>::from(text) {
            sets.push(column.to(tx.optional_text(text, field, most)));
        }
    }
    for (amount, column, field) in [
        (input.default_price_grade_a, ProductModel::DEFAULT_PRICE_GRADE_A, "defaultPriceGradeA"),
        (input.default_price_grade_b, ProductModel::DEFAULT_PRICE_GRADE_B, "defaultPriceGradeB"),
        (input.default_price_grade_c, ProductModel::DEFAULT_PRICE_GRADE_C, "defaultPriceGradeC"),
    ] {
        if let Some(amount) = Option::<Option<Money>>::from(amount) {
            sets.push(column.to(price(tx, amount, field)));
        }
    }
    if let Some(url) = Option::<Option<String>>::from(input.image_url) {
        sets.push(ProductModel::IMAGE_URL.to(image_url(tx, url, "imageUrl")));
    }
    let reason = tx.optional_text(input.reason, "reason", 500);
    tx.settle()?;
    let changed = tx.update(&model, sets).await?;
    price_change::record(tx, &model, &changed, reason).await?;
    Ok(changed)
}

async fn has_assets(tx: &mut Tx, model: &ProductModel) -> Rule<bool> {
    let mut sql = Sql::new("SELECT 1 FROM assets WHERE product_model_id = ");
    sql.bind(Bind::Int(Some(model.id))).push(" LIMIT 1");
    Ok(!tx.load(sql).await?.is_empty())
}
