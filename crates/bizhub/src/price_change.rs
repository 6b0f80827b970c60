//! What the grades of a model sold for before (spec 6.1), one row per grade and change.

use bizgraph_kernel::Entity;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;
use chrono::{DateTime, Utc};

use crate::asset::ConditionGrade;
use crate::product_model::ProductModel;
use crate::user::User;

/// A change of one grade's price.
#[derive(Entity, Clone, Debug)]
#[entity(table = price_changes, module = "bizhub", permission = "bizhub.price_change",
    default_order = id desc, money)]
pub struct PriceChange {
    pub id: i32,
    /// The model.
    #[entity(belongs_to = product_model: ProductModel, filter)]
    pub product_model_id: i32,
    /// The grade.
    #[entity(filter)]
    pub condition_grade: ConditionGrade,
    /// What it sold for before; null when there was no price.
    pub old_price: Option<Money>,
    /// What it sells for since; null when the price was taken away.
    pub new_price: Option<Money>,
    /// Why it changed.
    pub reason: Option<String>,
    /// Who changed it; null for the server's own work.
    #[entity(belongs_to = changer: User, filter)]
    pub changed_by: Option<i32>,
    /// Name of who changed it.
    #[entity(sql = "SELECT u.full_name FROM users u WHERE u.id = {t}.changed_by")]
    pub changed_by_name: Option<String>,
    /// When it changed.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
}

/// Writes a row for each grade whose price is another now.
pub async fn record(
    tx: &mut Tx,
    before: &ProductModel,
    after: &ProductModel,
    reason: Option<String>,
) -> Rule<()> {
    let changed_by = tx.actor.user_id();
    for (grade, old, new) in [
        (ConditionGrade::A, &before.default_price_grade_a, &after.default_price_grade_a),
        (ConditionGrade::B, &before.default_price_grade_b, &after.default_price_grade_b),
        (ConditionGrade::C, &before.default_price_grade_c, &after.default_price_grade_c),
    ] {
        if old == new {
            continue;
        }
        tx.append::<PriceChange>(vec![
            PriceChange::PRODUCT_MODEL_ID.to(after.id),
            PriceChange::CONDITION_GRADE.to(grade),
            PriceChange::OLD_PRICE.to(old.clone()),
            PriceChange::NEW_PRICE.to(new.clone()),
            PriceChange::REASON.to(reason.clone()),
            PriceChange::CHANGED_BY.to(changed_by),
        ])
        .await?;
    }
    Ok(())
}
