//! Who hears of an alert (spec 5.9): people of the admin panel, by themselves or by their role,
//! as far as they can come in.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Entity, GlobalId, Sql};
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use uuid::Uuid;

use super::SystemAlert;
use crate::admin_role::AdminRole;
use crate::admin_user::AdminUser;

/// People and roles that an alert names at most.
const MOST: usize = 50;

/// The recipients as the row of an alert holds them: each once, each of a person or a role.
pub async fn checked(tx: &mut Tx, ids: Vec<async_graphql::ID>) -> Rule<Vec<String>> {
    let mut kept: Vec<String> = Vec::new();
    for (index, id) in ids.into_iter().enumerate() {
        let at = format!("recipients.{index}");
        let text = id.to_string();
        match GlobalId::decode(&text).filter(|id| meta_of(id).is_some()) {
            None => {
                let message = "This is the id of neither a person of the admin panel nor a role.";
                tx.refuse(Refusal::new(Code::BadFormat, at, message));
            }
            Some(id) => {
                let is_there = is_there(tx, &id).await?;
                tx.require(is_there, || {
                    let message = "There is no such person or role.";
                    Refusal::new(Code::ReferenceNotFound, at, message)
                });
            }
        }
        if !kept.contains(&text) {
            kept.push(text);
        }
    }
    tx.require(kept.len() <= MOST, || {
        let message = format!("At most {MOST} people and roles.");
        Refusal::new(Code::OutOfRange, "recipients", message).with("most", MOST)
    });
    Ok(kept)
}

fn meta_of(id: &GlobalId) -> Option<&'static bizgraph_kernel::entity::Meta> {
    [AdminUser::META, AdminRole::META].into_iter().find(|meta| meta.type_name == id.type_name)
}

async fn is_there(tx: &mut Tx, id: &GlobalId) -> Rule<bool> {
    let tenant = tx.actor.tenant.id;
    let Some(meta) = meta_of(id) else { return Ok(false) };
    let Some(key) = id.key_in(meta, tenant) else { return Ok(false) };
    let mut sql = Sql::new("SELECT 1 FROM ");
    sql.push(meta.table).push(" WHERE id = ").bind(key);
    Ok(!tx.load(sql).await?.is_empty())
}

/// The people who hear of an alert now.
pub async fn people(tx: &mut Tx, alert: &SystemAlert) -> Rule<Vec<AdminUser>> {
    let keys = |type_name: &str| -> Vec<Uuid> {
        let ids = alert.recipients.iter().filter_map(|id| GlobalId::decode(id));
        ids.filter(|id| id.type_name == type_name).filter_map(|id| id.key.parse().ok()).collect()
    };
    let mut sql = Sql::new("t.status = 'active' AND (t.id = ANY(");
    sql.bind(Bind::Uuids(keys(AdminUser::META.type_name))).push(") OR t.role_id = ANY(");
    sql.bind(Bind::Uuids(keys(AdminRole::META.type_name))).push(")) ORDER BY t.id");
    tx.select(sql).await
}
