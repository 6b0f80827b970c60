//! Reports of the shop (spec 6.12), each one statement with its figures. Lead and sales reports
//! take a refund off on the day it was paid out, not on the day of the sale.

mod cash_drawer;
mod dashboard;
mod deposits_held;
mod gross_margin;
mod intake_to_ready;
mod low_stock;
mod payments;
mod price_list;
mod refunds;
mod repair_turnaround;
mod sales;
mod scrapped_losses;
mod stock_value;
mod technician_work;
mod top_customers;
mod warranty_costs;

use bizgraph_kernel::report::Report;

/// Every report of the module, in the order of the schema.
pub static REPORTS: &[&Report] = &[
    &dashboard::DASHBOARD,
    &sales::SALES,
    &gross_margin::GROSS_MARGIN,
    &payments::PAYMENTS,
    &cash_drawer::CASH_DRAWER,
    &refunds::REFUNDS,
    &top_customers::TOP_CUSTOMERS,
    &deposits_held::DEPOSITS_HELD,
    &deposits_held::CREDITS_HELD,
    &price_list::PRICE_LIST,
    &stock_value::STOCK_VALUE,
    &stock_value::BULK_STOCK_VALUE,
    &low_stock::LOW_STOCK,
    &scrapped_losses::SCRAPPED_LOSSES,
    &intake_to_ready::INTAKE_TO_READY,
    &technician_work::TECHNICIAN_WORK,
    &repair_turnaround::REPAIR_TURNAROUND,
    &warranty_costs::WARRANTY_COSTS,
];
