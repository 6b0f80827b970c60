//! Around the rows: log-in, messages, lists taken out, imports, backups, keys, other servers.

use std::sync::Arc;
use std::time::Duration;

use bizgraph::schema::MODULES;
use bizgraph::server::ServerSettings;
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::clock::SetClock;
use bizgraph_kernel::db::{Database, PoolSizes, Session};
use bizgraph_kernel::entity::{Sql, decode};
use bizgraph_kernel::kernel::Kernel;
use serde_json::json;

use super::{encrypt, stored, tables_with};
use crate::rim_import;
use crate::server::Server;
use crate::world::{CUSTOMERS, World};

const ADA: &str = CUSTOMERS[0].1;

#[tokio::test]
async fn a_customer_logs_in_by_phone_and_no_trace_of_the_number_stays() {
    let world = World::rim().await;
    let server = Server::over(world.kernel.clone(), ServerSettings::default()).await;
    encrypt(&world, "rim").await;
    let input = json!({ "tenant": "rim", "phone": "0803 000 0001" });
    server.call("", "requestLoginCode", input, "").await;
    let sent = "SELECT recipient FROM rim.notifications ORDER BY id DESC LIMIT 1";
    assert!(stored(&world, sent).await.starts_with("personal:"));
    let code = stored(&world, "SELECT body FROM rim.notifications ORDER BY id DESC LIMIT 1").await;
    let enter = |code: &str| json!({ "tenant": "rim", "phone": ADA, "code": code });
    let wrong = server.call("", "loginWithCode", enter("12345x"), "token").await;
    assert!(wrong["token"].is_null());
    let done =
        server.call("", "loginWithCode", enter(&code[..6]), "token viewer { username }").await;
    assert_eq!(done["viewer"]["username"], ADA);
    let query = "{ rim { users { nodes { phone } } } }";
    let answer = server.send(done["token"].as_str().unwrap(), query, json!({})).await;
    assert_eq!(answer.body["data"]["rim"]["users"]["nodes"], json!([{ "phone": ADA }]));
    assert_eq!(tables_with(&world, "rim", &ADA[1..]).await, Vec::<String>::new());
}

#[tokio::test]
async fn names_are_locked_across_the_change() {
    let world = World::rim().await;
    let server = Server::over(world.kernel.clone(), ServerSettings::default()).await;
    let wrong = json!({ "tenant": "rim", "username": "nobody", "password": "wrong" });
    for attempt in 0..6 {
        if attempt == 3 {
            encrypt(&world, "rim").await;
        }
        server.call("", "login", wrong.clone(), "token").await;
    }
    let locked = server.call("", "login", wrong, "token").await;
    assert_eq!(locked["userErrors"][0]["code"], "ACCOUNT_LOCKED", "{locked}");
}

#[tokio::test]
async fn an_import_is_sealed_as_it_comes() {
    let world = rim_import::fresh().await;
    assert_eq!(encrypt(&world, "fresh").await, 0);
    rim_import::imported(&world, &rim_import::good(), false).await.unwrap();
    let open = "SELECT count(*) FROM fresh.users WHERE NOT starts_with(phone, 'personal:')";
    assert_eq!(world.value(open).await, 0);
    let phone = first_phone(&world.kernel, "fresh").await;
    assert!(phone.starts_with('+'), "{phone}");
    assert_eq!(tables_with(&world, "fresh", &phone[1..]).await, Vec::<String>::new());
    assert_eq!(world.findings_of("fresh").await, Vec::<String>::new());
}

/// Another server on the same database, with this key and the ones that it replaced.
async fn another(world: &World, key: [u8; 32], retired: &[[u8; 32]]) -> Kernel {
    let cipher = Cipher::new(&key);
    cipher.know_retired(retired);
    let database = Database::new(&world.app_url, PoolSizes { reads: 2, writes: 4 }).unwrap();
    let clock = Arc::new(SetClock::at(world.kernel.clock.now()));
    let kernel = Kernel::new(database, clock, cipher, MODULES);
    kernel.refresh_tenants().await.unwrap();
    kernel
}

/// The phone number of a tenant's first customer, as a server reads it.
async fn first_phone(kernel: &Kernel, tenant: &str) -> String {
    let actor = kernel.system_actor(kernel.tenant(tenant).unwrap()).unwrap();
    let session = Session::new(kernel.database.clone(), actor, kernel.clock.now());
    let rows = session.load(Sql::new("SELECT phone FROM users ORDER BY user_id")).await.unwrap();
    session.finish();
    decode(&rows[0], 0).unwrap()
}

#[tokio::test]
async fn a_server_that_is_told_nothing_reads_it_too() {
    let world = World::rim().await;
    encrypt(&world, "rim").await;
    assert_eq!(first_phone(&another(&world, [7; 32], &[]).await, "rim").await, ADA);
}

#[tokio::test]
async fn a_change_of_keys_wraps_the_tenants_key_and_leaves_the_data_as_it_lies() {
    let world = World::rim().await;
    encrypt(&world, "rim").await;
    let before = stored(&world, "SELECT phone FROM rim.users ORDER BY user_id LIMIT 1").await;
    let new = another(&world, [8; 32], &[[7; 32]]).await;
    new.renew_envelopes(&new.tenant("rim").unwrap()).await.unwrap();
    let after = stored(&world, "SELECT phone FROM rim.users ORDER BY user_id LIMIT 1").await;
    assert_eq!(before, after);
    let envelope = stored(&world, "SELECT envelope FROM rim.personal_data_keys").await;
    assert!(envelope.starts_with(&format!("envelope:{}:", new.cipher.key_id())));
    assert_eq!(first_phone(&another(&world, [8; 32], &[]).await, "rim").await, ADA);
}

#[tokio::test]
async fn it_is_begun_again_where_it_was_broken_off() {
    let world = World::rim().await;
    let tenant = world.kernel.tenant("rim").unwrap();
    // Broken off while other servers are waited for.
    let begun = world.kernel.encrypt_personal_data(&tenant, Duration::from_secs(60));
    let key = async {
        let sql = "SELECT count(*) FROM rim.personal_data_keys WHERE NOT seals";
        while world.value(sql).await != 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! { _ = begun => panic!("nobody was waited for"), () = key => {} }
    let first = stored(&world, "SELECT envelope FROM rim.personal_data_keys").await;
    assert!(encrypt(&world, "rim").await >= 4);
    assert_eq!(stored(&world, "SELECT envelope FROM rim.personal_data_keys").await, first);
}
