//! A device as a certificate names it.

use bizgraph_kernel::db::{Fault, Session};
use bizgraph_kernel::document::Fact;
use bizgraph_kernel::entity::Bind;

use crate::asset::Asset;
use crate::product_model::ProductModel;

/// What tells a device from every other.
pub(super) async fn facts(session: &Session, asset: i32) -> Result<Vec<Fact>, Fault> {
    let asset = session.find::<Asset>(Bind::Int(Some(asset))).await?;
    let Some(asset) = asset else { return Ok(Vec::new()) };
    let model = session.find::<ProductModel>(Bind::Int(Some(asset.product_model_id))).await?;
    let mut facts = Vec::new();
    if let Some(model) = model {
        facts.push(Fact::new("Device", format!("{} {}", model.brand, model.model_name)));
        let parts = [model.cpu, model.ram, model.storage, model.screen_size];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if !parts.is_empty() {
            facts.push(Fact::new("Specification", parts.join(", ")));
        }
    }
    facts.push(Fact::new("Serial number", asset.serial_number));
    facts.push(Fact::new("Asset tag", asset.asset_tag));
    if let Some(grade) = asset.condition_grade {
        facts.push(Fact::new("Grade", grade.spelling()));
    }
    Ok(facts)
}
