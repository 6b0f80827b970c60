//! The five tenants that every server has (spec 1.2.1), one a module.

use bizgraph_kernel::db::provision::NewTenant;

/// The tenants that are registered at every start, named as their modules.
pub fn shipped_tenants() -> [NewTenant; 5] {
    [
        shipped("amt", "Instalment device finance", "RW", "RWF", "Africa/Kigali"),
        shipped("bizhub", "Payless4Tech Business Hub", "GH", "GHS", "Africa/Accra"),
        shipped("dicel", "Security and facility services", "RW", "RWF", "Africa/Kigali"),
        shipped("rim", "Instant consumer loans", "NG", "NGN", "Africa/Lagos"),
        shipped("trade", "Wholesale trade", "GH", "GHS", "Africa/Accra"),
    ]
}

fn shipped(module: &str, name: &str, country: &str, currency: &str, time_zone: &str) -> NewTenant {
    NewTenant {
        slug: module.to_owned(),
        module: module.to_owned(),
        name: name.to_owned(),
        country: country.to_owned(),
        currency: currency.to_owned(),
        time_zone: time_zone.to_owned(),
    }
}
