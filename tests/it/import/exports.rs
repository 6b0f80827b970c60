//! Exports of a small shop, as PostgreSQL writes them.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The hash of `changeme123` by bcrypt, as the former system made it.
const HASH: &str = "$2b$10$abcdefghijklmnopqrstuuxv2N2lnfOT.VIKZYF.TK1Ab/WNnHsmm";

/// A folder of CSV files.
pub struct Exports(TempDir);

const FILES: &[(&str, &str)] = &[
    ("users", include_str!("exports/users.csv")),
    ("customers", include_str!("exports/customers.csv")),
    ("product_models", include_str!("exports/product_models.csv")),
    ("assets", include_str!("exports/assets.csv")),
    ("bulk_stock", include_str!("exports/bulk_stock.csv")),
    ("locations", include_str!("exports/locations.csv")),
    ("inventory_movements", include_str!("exports/inventory_movements.csv")),
    ("diagnostics_results", include_str!("exports/diagnostics_results.csv")),
    ("wipe_certificates", include_str!("exports/wipe_certificates.csv")),
    ("invoices", include_str!("exports/invoices.csv")),
    ("invoice_lines", include_str!("exports/invoice_lines.csv")),
    ("payments", include_str!("exports/payments.csv")),
    ("preorders", include_str!("exports/preorders.csv")),
    ("preorder_events", include_str!("exports/preorder_events.csv")),
    ("warranties", include_str!("exports/warranties.csv")),
    ("warranty_claims", include_str!("exports/warranty_claims.csv")),
    ("repair_tickets", include_str!("exports/repair_tickets.csv")),
    ("repair_events", include_str!("exports/repair_events.csv")),
    ("lead_sources", include_str!("exports/lead_sources.csv")),
];

impl Exports {
    /// All nineteen tables of a shop in which everything is in order.
    pub fn good() -> Exports {
        Exports::of(FILES)
    }

    /// Files of these texts, with the hash of a password where it is called for.
    pub fn of(files: &[(&str, &str)]) -> Exports {
        let exports = Exports(TempDir::new().unwrap());
        for (table, text) in files {
            exports.write(table, text.replace("HASH", HASH));
        }
        exports
    }

    /// Where the files are.
    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    fn path(&self, table: &str) -> PathBuf {
        self.0.path().join(format!("{table}.csv"))
    }

    /// The text of a file.
    pub fn text(&self, table: &str) -> String {
        std::fs::read_to_string(self.path(table)).unwrap()
    }

    /// Makes a file of this text.
    pub fn write(&self, table: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(table), text).unwrap();
    }

    /// Replaces a text that stands once in a file.
    pub fn replace(&self, table: &str, from: &str, to: &str) {
        let text = self.text(table);
        assert_eq!(text.matches(from).count(), 1, "{from} in {table}.csv");
        self.write(table, text.replace(from, to));
    }

    /// Adds a row, and answers its line.
    pub fn add(&self, table: &str, row: &str) -> i32 {
        let text = self.text(table);
        self.write(table, format!("{text}{row}\n"));
        i32::try_from(text.lines().count()).unwrap() + 1
    }

    /// Takes a file away.
    pub fn remove(&self, table: &str) {
        std::fs::remove_file(self.path(table)).unwrap();
    }

    /// Every table.
    pub fn tables(&self) -> impl Iterator<Item = &'static str> {
        FILES.iter().map(|(table, _)| *table)
    }
}
