//! With `--skip-bad`, bad rows are left out with what depends on them; the rest is whole.

use bizgraph_kernel::import::ImportFault;

use super::{fresh, good, imported, told};
use crate::import::exports::Exports;
use crate::world::World;

/// Imports without the bad rows, and answers them; every invariant holds for the rest.
async fn left_out(world: &World, exports: &Exports) -> Vec<String> {
    let imported = match imported(world, exports, true).await {
        Ok(imported) => imported,
        Err(ImportFault::Bad(rows)) => panic!("{:#?}", rows.iter().map(told).collect::<Vec<_>>()),
        Err(other) => panic!("{other}"),
    };
    assert_eq!(world.findings_of("fresh").await, [] as [String; 0]);
    imported.left_out.iter().map(told).collect()
}

fn places(rows: &[String]) -> Vec<&str> {
    rows.iter().map(|row| row.split(": ").next().unwrap()).collect()
}

#[tokio::test]
async fn a_customer_is_left_out_with_its_loans() {
    let world = fresh().await;
    let exports = good();
    exports.replace("User", "chidi@home.example", "chidi(at)home.example");
    let left = left_out(&world, &exports).await;
    assert_eq!(places(&left), ["User.csv 4", "Loan.csv 5", "Loan.csv 6"], "{left:#?}");
    assert!(left[1].ends_with("that row of users is left out"), "{}", left[1]);
    assert_eq!(world.value("SELECT count(*) FROM fresh.loans").await, 3);
}

#[tokio::test]
async fn a_customer_is_left_out_with_its_tickets_and_what_was_said_there() {
    let world = fresh().await;
    let exports = good();
    exports.replace("User", ",08031111111,", ",nobody,");
    let left = left_out(&world, &exports).await;
    for place in ["User.csv 2", "Loan.csv 2", "transactions.csv 5", "Ticket.csv 2"] {
        assert!(places(&left).contains(&place), "{place} {left:#?}");
    }
    for table in ["chat_messages", "attachments", "loan_repayments"] {
        let count = world.value(&format!("SELECT count(*) FROM fresh.{table}")).await;
        assert_eq!(count, 0, "{table}");
    }
    assert_eq!(world.value("SELECT count(*) FROM fresh.users").await, 2);
}

#[tokio::test]
async fn a_loan_whose_repayments_are_not_there_is_left_out() {
    let world = fresh().await;
    let exports = good();
    exports.replace("Loan", ",500,0,500,", ",500,90,410,");
    let left = left_out(&world, &exports).await;
    assert_eq!(places(&left), ["Loan.csv 4"], "{left:#?}");
    assert!(left[0].contains("R1: "), "{}", left[0]);
    let bola = "SELECT total_loans FROM fresh.users WHERE user_id = 'USR-2024-002'";
    assert_eq!(world.value(bola).await, 0);
}

#[tokio::test]
async fn a_repayment_that_cannot_be_read_takes_the_loan_that_it_paid_with_it() {
    let world = fresh().await;
    let exports = good();
    exports.replace("transactions", ",repayment,700,", ",repayment,seven,");
    let left = left_out(&world, &exports).await;
    assert!(places(&left).contains(&"transactions.csv 3"), "{left:#?}");
    assert!(left.iter().any(|row| row.starts_with("Loan.csv ") && row.contains("R1: ")));
}

#[tokio::test]
async fn an_agent_is_left_out_with_the_person_and_tickets_stay_without_it() {
    let world = fresh().await;
    let exports = good();
    exports.replace("AdminUser", "tunde@lender.example", "tunde(at)lender.example");
    let left = left_out(&world, &exports).await;
    assert!(places(&left).contains(&"AdminUser.csv 3"), "{left:#?}");
    let people = "SELECT string_agg(username, ' ') FROM fresh.admin_users";
    assert_eq!(world.value(people).await, "boss");
}

#[tokio::test]
async fn a_lender_without_a_super_admin_is_not_imported() {
    let world = fresh().await;
    let exports = good();
    exports.replace("AdminUser", "boss@lender.example", "boss(at)lender.example");
    let fault = imported(&world, &exports, true).await.unwrap_err();
    assert!(
        matches!(&fault, ImportFault::Files(told) if told.contains("no active super_admin")),
        "{fault}"
    );
    assert_eq!(world.value("SELECT count(*) FROM fresh.users").await, 0);
}
