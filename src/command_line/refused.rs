//! A refusal of a rule as the terminal tells it.

use bizgraph_kernel::refusal::Rejection;

/// Every sentence of the rule that was not met, as one error.
pub fn refused(rejection: Rejection) -> anyhow::Error {
    match rejection {
        Rejection::Refused(refusals) => {
            let sentences: Vec<String> =
                refusals.into_iter().map(|refusal| refusal.message).collect();
            anyhow::Error::msg(sentences.join(" "))
        }
        Rejection::AwaitsApproval(_) => anyhow::Error::msg("A second person has to agree to this."),
        Rejection::Fault(fault) => fault.into(),
    }
}
