//! The demo world of the refurbished electronics shop.

use super::DemoWorld;

/// Weeks of a small shop in Accra, up to today.
pub static WORLD: DemoWorld = DemoWorld {
    module: "bizhub",
    files: &[
        include_str!("../../fixtures/bizhub/people.json"),
        include_str!("../../fixtures/bizhub/catalogue.json"),
        include_str!("../../fixtures/bizhub/stock.json"),
        include_str!("../../fixtures/bizhub/preorders.json"),
        include_str!("../../fixtures/bizhub/sales.json"),
        include_str!("../../fixtures/bizhub/after_sales.json"),
        include_str!("../../fixtures/bizhub/today.json"),
    ],
    many: Vec::new,
    people: &[
        ("manager", "Manager", "demo-manager-1"),
        ("sales", "Sales", "demo-sales-1"),
        ("technician", "Technician", "demo-technician-1"),
        ("technician2", "Technician", "demo-technician2-1"),
        ("warehouse", "Warehouse", "demo-warehouse-1"),
    ],
    invited: false,
    in_use: "SELECT EXISTS (SELECT FROM customers) OR EXISTS (SELECT FROM product_models)",
    starting_rows: "SELECT 'location/' || location_name, 'BizhubLocation', id::text FROM locations \
                    UNION ALL \
                    SELECT 'lead/' || source_name, 'BizhubLeadSource', id::text FROM lead_sources",
    outside: "",
    jobs: &["expireWarranties"],
};
