//! What each day sold and gave back: the document's `view_sales_daily` (spec 6.12).

use bizgraph_kernel::Entity;
use bizgraph_kernel::money::Money;
use chrono::NaiveDate;

/// The sales of one day in figures, all amounts in the tenant's currency.
#[derive(Entity, Clone, Debug)]
#[entity(table = view_sales_daily, module = "bizhub", permission = "bizhub.sales_daily",
    singular = "salesDay", plural = "salesDays", default_order = invoice_date desc, money, view)]
pub struct SalesDaily {
    /// The day.
    pub invoice_date: NaiveDate,
    /// Invoices of the day that are paid.
    pub transaction_count: i64,
    /// What they came to.
    pub total_sales: Money,
    /// What those of retail customers came to.
    pub retail_sales: Money,
    /// What those of wholesale customers came to.
    pub wholesale_sales: Money,
    /// What was paid, with the invoices that were refunded since.
    pub gross_sales: Money,
    /// What was paid out on this day for goods that came back.
    pub refunds: Money,
    /// Gross sales less refunds.
    pub net_sales: Money,
}
