//! What an existing installation of the document's tables brings: its nineteen exports, and how
//! the columns and tables that the document lacks follow from them.

use bizgraph_kernel::import::Spelling::{Code, Email, FreeText, PasswordHash, Phone};
use bizgraph_kernel::import::{Import, ImportTable};

use crate::series;

/// The tables of the document, and those whose rows are derived.
pub static IMPORT: Import = Import {
    tables: TABLES,
    derive: &[
        include_str!("import/parties.sql"),
        include_str!("import/sales.sql"),
        include_str!("import/stock.sql"),
        include_str!("import/after_sales.sql"),
    ],
    requirements: &[(
        "SELECT NOT EXISTS (SELECT FROM new_users) \
         OR EXISTS (SELECT FROM new_users WHERE role = 'Admin' AND is_active \
         AND password_hash IS NOT NULL)",
        "users.csv has no active Admin with a password: nobody could set up the shop",
    )],
};

const fn derived(table: &'static str, noun: &'static str) -> ImportTable {
    ImportTable { has_file: false, ..ImportTable::new(table, noun) }
}

static TABLES: &[ImportTable] = &[
    ImportTable {
        seeded: true,
        extra: &[("password_hash", "text")],
        spelled: &[("email", Email), ("phone", Phone), ("password_hash", PasswordHash)],
        password: Some("password_hash"),
        ..ImportTable::new("users", "user")
    },
    ImportTable {
        spelled: &[
            ("email", Email),
            ("phone", Phone),
            ("alternate_phone", Phone),
            ("notes", FreeText),
        ],
        ..ImportTable::new("customers", "customer")
    },
    ImportTable::new("product_models", "product_model"),
    ImportTable { seeded: true, ..ImportTable::new("locations", "location") },
    ImportTable { seeded: true, ..ImportTable::new("lead_sources", "lead_source") },
    ImportTable {
        spelled: &[("notes", FreeText)],
        refusals: &[(
            "n.status <> 'Draft' AND n.invoice_number LIKE 'DRAFT-%'",
            "only a draft has a number that begins with DRAFT-",
        )],
        series: Some((&series::INVOICE, "invoice_number")),
        ..ImportTable::new("invoices", "invoice")
    },
    ImportTable {
        spelled: &[("asset_tag", Code), ("serial_number", Code)],
        refusals: &[(
            "n.received_date > current_setting('bizgraph.business_date')::date",
            "received_date is in the future",
        )],
        series: Some((&series::ASSET_TAG, "asset_tag")),
        ..ImportTable::new("assets", "asset")
    },
    ImportTable::new("bulk_stock", "bulk_stock"),
    ImportTable {
        spelled: &[("notes", FreeText)],
        series: Some((&series::PREORDER, "preorder_number")),
        ..ImportTable::new("preorders", "preorder")
    },
    derived("preorder_payments", "preorder_payment"),
    ImportTable::new("inventory_movements", "inventory_movement"),
    ImportTable::new("diagnostics_results", "diagnostics_result"),
    ImportTable::new("wipe_certificates", "wipe_certificate"),
    derived("bulk_stock_movements", "bulk_stock_movement"),
    ImportTable {
        refusals: &[(
            "n.line_total > n.quantity * n.unit_price",
            "line_total is more than quantity times unit_price",
        )],
        ..ImportTable::new("invoice_lines", "invoice_line")
    },
    ImportTable {
        spelled: &[("reference", FreeText), ("notes", FreeText)],
        refusals: &[(
            "n.payment_date > current_setting('bizgraph.business_date')::date",
            "payment_date is in the future",
        )],
        ..ImportTable::new("payments", "payment")
    },
    derived("refunds", "refund"),
    derived("refund_lines", "refund_line"),
    derived("refund_tenders", "refund_tender"),
    ImportTable::new("preorder_events", "preorder_event"),
    ImportTable {
        series: Some((&series::WARRANTY, "warranty_number")),
        ..ImportTable::new("warranties", "warranty")
    },
    ImportTable {
        spelled: &[("notes", FreeText)],
        refusals: &[(
            "n.total_cost <> coalesce(n.labor_cost, 0) + coalesce(n.parts_cost, 0)",
            "total_cost is not labor_cost and parts_cost together",
        )],
        series: Some((&series::REPAIR_TICKET, "ticket_number")),
        ..ImportTable::new("repair_tickets", "repair_ticket")
    },
    ImportTable {
        spelled: &[("notes", FreeText)],
        refusals: &[(
            "n.total_cost <> coalesce(n.labor_cost, 0) + coalesce(n.parts_cost, 0)",
            "total_cost is not labor_cost and parts_cost together",
        )],
        series: Some((&series::WARRANTY_CLAIM, "claim_number")),
        ..ImportTable::new("warranty_claims", "warranty_claim")
    },
    ImportTable::new("repair_events", "repair_event"),
];
