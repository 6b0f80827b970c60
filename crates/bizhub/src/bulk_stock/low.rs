//! Bulk goods that run low are told of once, until they were replenished in between (spec 6.4).

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Entity, Sql};
use bizgraph_kernel::job;
use bizgraph_kernel::notification::{Channel, Template};
use bizgraph_kernel::refusal::Rule;
use serde_json::json;

use crate::bulk_stock::BulkStock;
use crate::user::User;

/// What the managers get.
pub static LOW_STOCK: Template = Template {
    name: "bizhub.low_stock",
    doc: "Tells the managers by mail, once until it is replenished, that bulk goods run low.",
    channel: Channel::Email,
    subject: "Low stock: {{ item }}",
    body: "{{ item }} ({{ sku }}) is down to {{ quantity }}; the threshold is {{ threshold }}. \
           {% if supplier %}It is bought from {{ supplier }}.{% endif %}",
};

job! {
    /// Tells of bulk goods that are low and that nobody was told of, such as imported ones.
    pub ALERT_LOW_STOCK = "alertLowStock",
    daily,
    due "SELECT id::text FROM bulk_stock WHERE quantity < reorder_threshold \
         AND NOT low_stock_alerted ORDER BY id"
    => alert_one
}

/// Tells of one item; does nothing for one that is not low, or was told of.
///
/// # Errors
/// Any fault of the database.
pub async fn alert_one(tx: &mut Tx, key: &str) -> Rule<()> {
    let mut low = Sql::new("t.quantity < t.reorder_threshold AND NOT t.low_stock_alerted ");
    low.push("AND t.id::text = ").bind(Bind::Text(Some(key.to_owned())));
    low.push(" FOR NO KEY UPDATE OF t");
    let Some(stock) = tx.select::<BulkStock>(low).await?.pop() else { return Ok(()) };
    let after = tx.amend(&stock, vec![BulkStock::LOW_STOCK_ALERTED.to(true)]).await?;
    alert(tx, &stock, &after).await
}

/// Tells that an item became low: an announcement, and a mail to every manager.
///
/// # Errors
/// Any fault of the database.
pub(super) async fn alert(tx: &mut Tx, before: &BulkStock, after: &BulkStock) -> Rule<()> {
    if before.low_stock_alerted || !after.low_stock_alerted {
        return Ok(());
    }
    tx.announce(BulkStock::META, "lowStock", &after.key());
    let managers = Sql::new("t.is_active AND t.role = 'Manager' ORDER BY t.id");
    for manager in tx.select::<User>(managers).await? {
        let key = format!("{} {} {} {}", LOW_STOCK.name, after.id, after.version, manager.id);
        let variables = json!({
            "item": after.item_name,
            "sku": after.sku,
            "quantity": after.quantity,
            "threshold": after.reorder_threshold,
            "supplier": after.supplier,
        });
        tx.notify(&LOW_STOCK, &manager.email, &key, variables).await?;
    }
    Ok(())
}
