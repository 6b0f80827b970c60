//! What becomes of loans: each kind of life as deeds on days after the wish.

/// What is done about a loan.
#[derive(Clone, Copy)]
pub enum Deed {
    Approve,
    Reject,
    /// The airtime is sent on its way.
    Disburse,
    /// It arrived.
    Arrive,
    /// It did not arrive.
    Fail,
    /// So many percent of what is due are paid back.
    Pay(i64),
    /// All that is left is paid back.
    PayRest,
    /// A repayment of so many percent is announced and not confirmed so far.
    Announce(i64),
    /// The repayment before is sent back, with a second person's consent.
    Refund,
    Default,
}

/// A kind of life: how many loans, from when to when they were asked for, and what was done.
pub struct Life {
    pub loans: usize,
    pub first_day: i64,
    pub last_day: i64,
    pub deeds: &'static [(i64, Deed)],
}

use Deed::{Announce, Approve, Arrive, Default, Disburse, Fail, Pay, PayRest, Refund, Reject};

/// Loans that were paid back before the customer asked again.
pub const EARLIER: &[Life] = &[
    Life {
        loans: 220,
        first_day: -150,
        last_day: -122,
        deeds: &[(0, Approve), (1, Disburse), (1, Arrive), (9, PayRest)],
    },
    Life {
        loans: 60,
        first_day: -150,
        last_day: -122,
        deeds: &[(1, Approve), (1, Disburse), (1, Arrive), (6, Pay(40)), (14, PayRest)],
    },
    Life {
        loans: 20,
        first_day: -150,
        last_day: -122,
        deeds: &[(0, Approve), (1, Disburse), (1, Arrive), (10, Pay(50)), (21, PayRest)],
    },
];

/// Second loans of the first borrowers, paid back, too.
pub const BETWEEN: Life = Life {
    loans: 40,
    first_day: -95,
    last_day: -75,
    deeds: &[(0, Approve), (0, Disburse), (1, Arrive), (5, Pay(30)), (12, PayRest)],
};

/// The last loan of each borrower.
pub const LATEST: &[Life] = &[
    Life { loans: 40, first_day: -2, last_day: 0, deeds: &[] },
    Life { loans: 29, first_day: -3, last_day: -1, deeds: &[(1, Approve)] },
    Life {
        loans: 1,
        first_day: -2,
        last_day: -2,
        deeds: &[
            (1, Approve),
            (2, Disburse),
            (2, Fail),
            (2, Disburse),
            (2, Fail),
            (2, Disburse),
            (2, Fail),
        ],
    },
    Life { loans: 50, first_day: -40, last_day: -5, deeds: &[(1, Reject)] },
    Life {
        loans: 60,
        first_day: -12,
        last_day: -2,
        deeds: &[(0, Approve), (1, Disburse), (1, Arrive)],
    },
    Life {
        loans: 20,
        first_day: -26,
        last_day: -18,
        deeds: &[(0, Approve), (1, Disburse), (1, Arrive)],
    },
    Life {
        loans: 80,
        first_day: -14,
        last_day: -6,
        deeds: &[(0, Approve), (1, Disburse), (1, Arrive), (5, Pay(35))],
    },
    Life {
        loans: 6,
        first_day: -9,
        last_day: -6,
        deeds: &[(0, Approve), (1, Disburse), (1, Arrive), (3, Pay(35)), (6, Announce(20))],
    },
    Life {
        loans: 4,
        first_day: -12,
        last_day: -9,
        deeds: &[(0, Approve), (1, Disburse), (1, Arrive), (3, Pay(25)), (6, Refund)],
    },
    Life {
        loans: 96,
        first_day: -50,
        last_day: -14,
        deeds: &[(0, Approve), (1, Disburse), (1, Arrive), (7, Pay(60)), (13, PayRest)],
    },
    Life {
        loans: 14,
        first_day: -50,
        last_day: -14,
        deeds: &[(0, Approve), (1, Disburse), (1, Fail), (2, Disburse), (2, Arrive), (13, PayRest)],
    },
    Life {
        loans: 40,
        first_day: -60,
        last_day: -40,
        deeds: &[(0, Approve), (1, Disburse), (1, Arrive), (6, Pay(20)), (36, Default)],
    },
    Life {
        loans: 20,
        first_day: -60,
        last_day: -48,
        deeds: &[(0, Approve), (1, Disburse), (1, Arrive), (36, Default), (45, PayRest)],
    },
];

/// Whether the latest loan at this place is paid out at the first attempt, as it is where the
/// rules agree.
pub fn suits_trust(place: usize) -> bool {
    let mut before = 0;
    let life = LATEST.iter().find(|life| {
        before += life.loans;
        place < before
    });
    life.is_some_and(|life| matches!(life.deeds, [(_, Approve), (_, Disburse), (_, Arrive), ..]))
}
