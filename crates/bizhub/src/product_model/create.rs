//! A new device type in the catalogue (spec 6.3).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{ProductCategory, ProductModel, image_url, price};

/// What the model is and sells for.
#[derive(InputObject)]
#[graphql(name = "BizhubProductModelCreateInput")]
pub struct Create {
    /// What kind of device it is.
    pub category: ProductCategory,
    /// Who makes it; at most 50 characters.
    pub brand: String,
    /// What its maker calls it; at most 100 characters.
    pub model_name: String,
    /// Processor, at most 100 characters.
    pub cpu: Option<String>,
    /// Memory, at most 50 characters.
    pub ram: Option<String>,
    /// Disk, at most 50 characters.
    pub storage: Option<String>,
    /// Screen, at most 20 characters.
    pub screen_size: Option<String>,
    /// Graphics processor, at most 100 characters.
    pub gpu: Option<String>,
    /// What it runs, at most 50 characters.
    pub operating_system: Option<String>,
    /// Anything else that a buyer asks about; at most 2,000 characters.
    pub description: Option<String>,
    /// What a unit of grade A sells for; without a price no unit of the grade is released.
    pub default_price_grade_a: Option<Money>,
    /// What a unit of grade B sells for; without a price no unit of the grade is released.
    pub default_price_grade_b: Option<Money>,
    /// What a unit of grade C sells for; without a price no unit of the grade is released.
    pub default_price_grade_c: Option<Money>,
    /// Address of a picture, at most 255 characters.
    pub image_url: Option<String>,
}

mutation! {
    /// Adds a device type to the catalogue.
    pub CREATE = "bizhubProductModelCreate"(Create) -> ProductModel,
    permission "bizhub.product_model.create" => create
}

/// Adds a device type to the catalogue (spec 6.3).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<ProductModel> {
    let sets = vec![
        ProductModel::CATEGORY.to(input.category),
        ProductModel::BRAND.to(tx.text(&input.brand, "brand", 50)),
        ProductModel::MODEL_NAME.to(tx.text(&input.model_name, "modelName", 100)),
        ProductModel::CPU.to(tx.optional_text(input.cpu, "cpu", 100)),
        ProductModel::RAM.to(tx.optional_text(input.ram, "ram", 50)),
        ProductModel::STORAGE.to(tx.optional_text(input.storage, "storage", 50)),
        ProductModel::SCREEN_SIZE.to(tx.optional_text(input.screen_size, "screenSize", 20)),
        ProductModel::GPU.to(tx.optional_text(input.gpu, "gpu", 100)),
        ProductModel::OPERATING_SYSTEM.to(tx.optional_text(
            input.operating_system,
            "operatingSystem",
            50,
        )),
        ProductModel::DESCRIPTION.to(tx.optional_text(input.description, "description", 2_000)),
        ProductModel::DEFAULT_PRICE_GRADE_A.to(price(
            tx,
            input.default_price_grade_a,
            "defaultPriceGradeA",
        )),
        ProductModel::DEFAULT_PRICE_GRADE_B.to(price(
            tx,
            input.default_price_grade_b,
            "defaultPriceGradeB",
        )),
        ProductModel::DEFAULT_PRICE_GRADE_C.to(price(
            tx,
            input.default_price_grade_c,
            "defaultPriceGradeC",
        )),
        ProductModel::IMAGE_URL.to(image_url(tx, input.image_url, "imageUrl")),
    ];
    tx.settle()?;
    tx.insert(sets).await
}
