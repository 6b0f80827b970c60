//! Keys with which programs call, each with a role of its own (spec 1.7.4).
//! A key's token is shown once, when it is made. Nobody makes a key that may do more than
//! they may themselves or ends one of somebody who may, and a key ends with its owner.

use async_graphql::InputObject;
use chrono::{DateTime, Utc};

use crate::auth::person;
use crate::auth::token::{TokenHash, last_characters, new_token};
use crate::db::Tx;
use crate::entity::Id;
use crate::mutation::Outcome;
use crate::refusal::{Code, Refusal, Rule};
use crate::{Entity, mutation};

/// A key with which a program calls.
#[derive(Entity, Clone, Debug)]
#[entity(type_name = "ApiKey", table = api_keys, module = "platform",
    permission = "platform.api_key", default_order = id desc)]
#[scope(own = "{t}.user_id = {person}")]
pub struct ApiKey {
    pub id: i32,
    /// What it is for.
    #[entity(filter, order)]
    pub name: String,
    /// The role whose rights it has.
    pub role: String,
    /// Whoever made it.
    #[entity(hidden)]
    pub user_id: String,
    /// All that is kept of the token.
    #[entity(hidden)]
    pub token_hash: TokenHash,
    /// The end of its token, to tell keys apart.
    pub last_characters: String,
    /// From when on it is no longer taken; null for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was ended.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was made.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// The key to make.
#[derive(InputObject)]
#[graphql(name = "ApiKeyCreateInput")]
pub struct Create {
    /// What it is for.
    pub name: String,
    /// The role whose rights it gets.
    pub role: String,
    /// From when on it is no longer taken; left out for never.
    pub expires_at: Option<DateTime<Utc>>,
}

mutation! {
    /// Makes a key for a program. The token is shown now and never again.
    pub API_KEY_CREATE = "apiKeyCreate"(Create) -> ApiKey,
    permission "platform.api_key.create"
    also [("token", "What the program sends as bearer token; shown only here.", "String")] => create
}

async fn create(tx: &mut Tx, input: Create) -> Rule<Outcome> {
    let owner = tx.actor.id.clone();
    let (key, token) = issue(tx, &owner, input).await?;
    Ok(Outcome::from(key).with("token", token))
}

/// Makes a key that belongs to a person and answers it with its token.
///
/// # Errors
/// Refusals about name, role and expiry.
pub async fn issue(tx: &mut Tx, owner: &str, input: Create) -> Rule<(ApiKey, String)> {
    let name = tx.text(&input.name, "name", 100);
    if tx.role_rights(&input.role).await?.is_none() {
        let message = match tx.actor.module.kept_roles {
            Some(_) => "There is no such role.".to_owned(),
            None => format!("There is no such role. There are: {}.", roles(tx)),
        };
        tx.refuse(Refusal::new(Code::ReferenceNotFound, "role", message));
    }
    tx.require_all_rights_of(&input.role, "role").await?;
    if input.expires_at.is_some_and(|expires| expires <= tx.now) {
        let message = "The key would be expired already.";
        tx.refuse(Refusal::new(Code::OutOfRange, "expiresAt", message));
    }
    tx.settle()?;
    let token = new_token(&tx.actor.tenant.slug)?;
    let sets = vec![
        ApiKey::NAME.to(name),
        ApiKey::ROLE.to(input.role),
        ApiKey::USER_ID.to(owner.to_owned()),
        ApiKey::TOKEN_HASH.to(TokenHash::of(&token)),
        ApiKey::LAST_CHARACTERS.to(last_characters(&token)),
        ApiKey::EXPIRES_AT.to(input.expires_at),
    ];
    Ok((tx.insert(sets).await?, token))
}

fn roles(tx: &Tx) -> String {
    tx.actor.module.roles.join(", ")
}

/// The key to end.
#[derive(InputObject)]
#[graphql(name = "ApiKeyRevokeInput")]
pub struct Revoke {
    /// The key.
    pub api_key_id: Id<ApiKey>,
    /// Why, for the audit log.
    pub reason: Option<String>,
}

mutation! {
    /// Ends a key; within two seconds it is no longer taken.
    pub API_KEY_REVOKE = "apiKeyRevoke"(Revoke) -> ApiKey,
    permission "platform.api_key.delete" => revoke
}

async fn revoke(tx: &mut Tx, input: Revoke) -> Rule<ApiKey> {
    let key: ApiKey = tx.lock(&input.api_key_id, "apiKeyId").await?;
    if key.user_id != tx.actor.id
        && let Some(owner) = person::by_id(tx, &key.user_id).await?
    {
        tx.require_all_rights_of(&owner.role, "apiKeyId").await?;
    }
    if key.revoked_at.is_some() {
        let message = "This key was ended before.";
        tx.refuse(Refusal::new(Code::AlreadyDone, "apiKeyId", message));
    }
    tx.settle()?;
    let now = tx.now;
    tx.update(&key, vec![ApiKey::REVOKED_AT.to(Some(now))]).await
}
