//! What emails and SMS have in common: the occasions on which the rules write to customers, the
//! places of a template, and writing (spec 5.9).

pub mod occasion;
pub mod places;
pub mod tell;
