//! The row that a subscription is asked for: it has to be there for the caller.

use std::sync::Arc;

use crate::actor::Actor;
use crate::db::tx::missing;
use crate::entity::GlobalId;
use crate::refusal::{Code, Refusal, Rule};
use crate::schema::event_plan::visible;
use crate::schema::request::RequestContext;
use crate::subscription::Subscription;

/// The key behind a global id, as events name rows.
///
/// # Errors
/// `BAD_FORMAT` for what is no id of this entity, `NOT_FOUND` for a row that the caller may not
/// see.
pub(super) async fn key(
    request: &RequestContext,
    actor: &Arc<Actor>,
    subscription: &Subscription,
    text: &str,
) -> Rule<String> {
    let meta = (subscription.entity)();
    let field = subscription.row.map_or("", |(name, _)| name);
    let global = GlobalId::decode(text).filter(|global| global.type_name == meta.type_name);
    let Some(key) = global.and_then(|global| global.key_in(meta, actor.tenant.id)) else {
        let message = format!("This is not the id of a {}.", meta.type_name);
        return Err(Refusal::new(Code::BadFormat, field, message).into());
    };
    let key = key.to_key();
    let session = request.fresh_session(actor);
    let seen = visible(&session, meta, &[&key], subscription.scope, None).await?;
    session.finish();
    if seen.is_empty() {
        return Err(missing(meta, field).into());
    }
    Ok(key)
}
