//! Who buys most (spec 6.12).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Report, Shape};

use crate::customer::Customer;
use crate::invoice::Invoice;

pub static TOP_CUSTOMERS: Report = Report {
    name: "topCustomers",
    type_name: "BizhubTopCustomers",
    doc: "Customers by what they bought less what they brought back. Walk-in sales without a \
          name are nobody's.",
    permission: "bizhub.top_customers_report.read",
    over: Some(|| Invoice::META),
    period: Some("by the day of the invoice, and of a refund by its own"),
    groups: &[],
    figures: &[
        Figure::id("customerId", "id", || Customer::META, "The customer."),
        Figure::text("fullName", "full_name", "Name of the customer."),
        Figure::text("businessName", "business_name", "Name of the business, if any.").optional(),
        Figure::count("invoices", "invoices", "Invoices that were paid.")
            .total("coalesce(sum(invoices), 0)"),
        Figure::money("grossSales", "gross_sales", "What they came to.")
            .total("coalesce(sum(gross_sales), 0.00)"),
        Figure::money("refunds", "refunds", "What was paid back.")
            .total("coalesce(sum(refunds), 0.00)"),
        Figure::money("netSales", "net_sales", "Gross sales less refunds.")
            .total("coalesce(sum(net_sales), 0.00)"),
        Figure::date("lastInvoiceDate", "last_invoice_date", "Day of the last invoice.").optional(),
    ],
    order: "net_sales DESC, id",
    sql: "WITH facts AS ( \
            SELECT t.customer_id, t.invoice_date, 1 AS invoices, t.total_amount AS sale, \
              0.00 AS refund \
            FROM invoices t WHERE {rows} AND t.customer_id IS NOT NULL \
              AND t.status IN ('Paid', 'Refunded') AND t.invoice_date BETWEEN {from} AND {to} \
            UNION ALL \
            SELECT t.customer_id, NULL, 0, 0.00, r.total_amount \
            FROM refunds r JOIN invoices t ON t.id = r.invoice_id \
            WHERE {rows} AND t.customer_id IS NOT NULL AND r.status = 'completed' \
              AND NOT r.payments_only AND r.refund_date BETWEEN {from} AND {to}) \
          SELECT c.id, c.full_name, c.business_name, sum(f.invoices)::integer AS invoices, \
            sum(f.sale) AS gross_sales, sum(f.refund) AS refunds, \
            sum(f.sale - f.refund) AS net_sales, max(f.invoice_date) AS last_invoice_date \
          FROM facts f JOIN customers c ON c.id = f.customer_id \
          GROUP BY c.id, c.full_name, c.business_name",
    shape: Shape::Rows,
};
