//! What the shop holds of its customers' money (spec 6.8, 6.12): deposits of preorders that are
//! neither picked up nor settled, and store credit that is not spent.

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::entity::cell::Words;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use crate::customer::Customer;
use crate::customer_credit::CustomerCredit;
use crate::preorder::{Preorder, PreorderStatus};

pub static DEPOSITS_HELD: Report = Report {
    name: "depositsHeld",
    type_name: "BizhubDepositsHeld",
    doc: "Deposits that the shop owes its customers, in goods or in money, as it stands now.",
    permission: "bizhub.deposits_held_report.read",
    over: Some(|| Preorder::META),
    period: None,
    groups: &[],
    figures: &[
        Figure::id("preorderId", "id", || Preorder::META, "The preorder."),
        Figure::text("preorderNumber", "preorder_number", "Its number."),
        Figure::text("customerName", "customer_name", "Whose deposit it is."),
        Figure::word(
            "status",
            "status",
            <PreorderStatus as Words>::WORDS,
            "Where the preorder stands.",
        ),
        Figure::date("depositDate", "deposit_date", "The day on which it was paid.").optional(),
        Figure::money("depositAmount", "deposit_amount", "What was paid.")
            .total("coalesce(sum(deposit_amount), 0.00)"),
        Figure::money(
            "kept",
            "kept",
            "What covers the shortfall of a resale and stays with the shop.",
        )
        .total("coalesce(sum(kept), 0.00)"),
        Figure::money("held", "held", "What is still owed to the customer.")
            .total("coalesce(sum(held), 0.00)"),
    ],
    order: "deposit_date, id",
    sql: "SELECT t.id, t.preorder_number, c.full_name AS customer_name, t.status, \
            t.deposit_date, t.deposit_amount, \
            CASE WHEN t.status = 'Resold' THEN t.deposit_amount - coalesce(t.refund_due, 0.00) \
              ELSE 0.00 END AS kept, \
            CASE WHEN t.status = 'Resold' THEN coalesce(t.refund_due, 0.00) \
              ELSE t.deposit_amount END AS held \
          FROM preorders t JOIN customers c ON c.id = t.customer_id \
          WHERE {rows} AND t.deposit_paid AND NOT t.deposit_refunded AND t.deposit_amount > 0 \
            AND t.status NOT IN ('Picked Up', 'Closed')",
    shape: Shape::Rows,
};

pub static CREDITS_HELD: Report = Report {
    name: "creditsHeld",
    type_name: "BizhubCreditsHeld",
    doc: "Store credit that customers have not spent yet.",
    permission: "bizhub.credits_held_report.read",
    over: Some(|| CustomerCredit::META),
    period: None,
    groups: &[
        Group {
            name: "CUSTOMER",
            doc: "By whose it is.",
            label: "c.full_name",
            key: Some(("c.id", || Customer::META)),
            order: None,
        },
        Group {
            name: "SOURCE",
            doc: "By whether a deposit or a refund became it.",
            label: "t.source_kind",
            key: None,
            order: None,
        },
    ],
    figures: &[
        Figure::count("credits", "credits", "Credits with something left.")
            .total("coalesce(sum(credits), 0)"),
        Figure::money("issued", "issued", "What they were given for.")
            .total("coalesce(sum(issued), 0.00)"),
        Figure::money("held", "held", "What is left of them.").total("coalesce(sum(held), 0.00)"),
    ],
    order: "held DESC, group_label",
    sql: "SELECT {group}, count(*)::integer AS credits, sum(t.amount) AS issued, \
            sum(t.amount - t.used) AS held \
          FROM customer_credits t JOIN customers c ON c.id = t.customer_id \
          WHERE {rows} AND t.voided_at IS NULL AND t.used < t.amount GROUP BY 1, 2",
    shape: Shape::Rows,
};
