//! What the rules need to know of an asset's model.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;

use crate::asset::{Asset, ConditionGrade};
use crate::product_model::{ProductCategory, ProductModel};

/// The category of an asset's model.
pub async fn category_of(tx: &mut Tx, asset: &Asset) -> Rule<ProductCategory> {
    Ok(tx.get::<ProductModel>(asset.product_model_id).await?.category)
}

/// What the model costs in a grade, in the tenant's currency; nothing when no price is set.
pub async fn price_of(tx: &mut Tx, asset: &Asset, grade: ConditionGrade) -> Rule<Option<Money>> {
    let model = tx.get::<ProductModel>(asset.product_model_id).await?;
    Ok(match grade {
        ConditionGrade::A => model.default_price_grade_a,
        ConditionGrade::B => model.default_price_grade_b,
        ConditionGrade::C => model.default_price_grade_c,
    })
}
