//! Every bad row is named with its file, line and reason.

use super::{fresh, good, imported, refused};

#[tokio::test]
async fn a_value_a_reference_and_a_rule_that_are_not_met_are_named() {
    let world = fresh().await;
    let exports = good();
    exports.replace("User", "chidi@home.example", "chidi(at)home.example");
    exports.replace("transactions", "wallet", "cheque");
    exports.replace("Loan", ",1120,300,820,", ",1120,300,800,");
    exports.replace("ApiIntegration", "https://", "http://");
    let mut bad = refused(&world, &exports).await;
    bad.retain(|row| !row.contains("left out"));
    for says in [
        "User.csv 4: email: \"chidi(at)home.example\" is not an email address",
        "Loan.csv 3: outstandingAmount is not amountDue less amountPaid",
        "ApiIntegration.csv 2: baseUrl is not https",
        "transactions.csv 3: payment_method: \"cheque\" is none of bank_transfer, card, wallet, cash",
    ] {
        assert!(bad.iter().any(|row| row == says), "{says} {bad:#?}");
    }
}

/// What the rules read has to be readable, or the first loan would find out.
#[tokio::test]
async fn a_value_that_no_rule_could_read_is_named() {
    for (row, says) in [
        ("loans,max_open,two,How many at a time,number", "value is no decimal number"),
        ("loans,suspend_on_default,maybe,Or not,boolean", "value is neither true nor false"),
        ("loans,max_open,2,In words,string", "the rules read this key as another dataType"),
    ] {
        let world = fresh().await;
        let exports = good();
        exports.replace("SystemConfig", "loans,max_open,2,How many at a time,number", row);
        let bad = refused(&world, &exports).await;
        let says = format!("SystemConfig.csv 2: {says}");
        assert!(bad.contains(&says), "{says} {bad:#?}");
    }
}

#[tokio::test]
async fn what_was_paid_of_a_loan_has_to_be_in_the_repayments() {
    let world = fresh().await;
    let exports = good();
    exports.replace("Loan", ",500,0,500,", ",500,90,410,");
    let bad = refused(&world, &exports).await;
    assert!(bad.iter().any(|row| row.starts_with("Loan.csv 4: R1: ")), "{bad:#?}");
}

#[tokio::test]
async fn who_is_nobody_is_named() {
    let world = fresh().await;
    let exports = good();
    let nobody = "00000000-0000-4000-8000-000000000999";
    exports.replace(
        "TicketHistory",
        "assigned,00000000-0000-4000-8000-000000000012",
        &format!("assigned,{nobody}"),
    );
    exports.replace(
        "Ticket",
        "in-progress,00000000-0000-4000-8000-000000000012",
        &format!("in-progress,{nobody}"),
    );
    exports.replace("AuditLog", ",00000000-0000-4000-8000-000000000011,", &format!(",{nobody},"));
    let bad = refused(&world, &exports).await;
    for file in ["TicketHistory.csv 2: ", "Ticket.csv 2: ", "AuditLog.csv 2: "] {
        assert!(bad.iter().any(|row| row.starts_with(file)), "{file} {bad:#?}");
    }
}

#[tokio::test]
async fn files_that_cannot_be_meant_are_refused() {
    let world = fresh().await;
    let exports = good();
    exports.write("loans", "id\n");
    let told = imported(&world, &exports, false).await.unwrap_err().to_string();
    assert!(told.contains("are files of one table"), "{told}");
    exports.remove("loans");
    exports.write("Loans", "id\n");
    exports.remove("Loan");
    exports.remove("AdminUser");
    let told = imported(&world, &exports, false).await.unwrap_err().to_string();
    assert!(told.contains("AdminUser.csv is missing"), "{told}");
    exports.write("Loan2", "id\n");
    let told = imported(&world, &exports, false).await.unwrap_err().to_string();
    assert!(told.contains("there is no such table"), "{told}");
}
