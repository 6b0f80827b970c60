//! A password of the server's making goes to its person by the templates `password_reset`, as far
//! as they are switched on (spec 5.8, 5.12). What is kept of these messages does not hold it.

use bizgraph_kernel::auth::give_fresh_password;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;
use serde_json::json;
use uuid::Uuid;

use super::AdminUser;
use crate::message_template::occasion::PASSWORD_RESET;
use crate::message_template::tell::{News, tell_person};

/// Gives a person a one-time password, sends it and answers it. Call it after [`Tx::settle`].
pub async fn give(tx: &mut Tx, user: &AdminUser) -> Rule<String> {
    let key = user.credential_key();
    let password = give_fresh_password(tx, &key, &user.username, &user.email).await?;
    let news = News {
        occasion: &PASSWORD_RESET,
        variables: json!({ "password": password }),
        secret: Some("password"),
        // Each is another password.
        once: &format!("password_reset:{}:{}", user.id, Uuid::now_v7()),
    };
    tell_person(tx, user, news).await?;
    Ok(password)
}
