//! What providers tell, between the doors and the kernel.

use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::callback::Knock;
use bizgraph_kernel::db::Fault;
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::refusal::{Code, Refusal, Rejection};

use crate::server::Rejected;

/// Takes what a provider tells and answers it as JSON.
pub(super) async fn receive(
    kernel: &Kernel,
    origin: Origin,
    knock: Knock<'_>,
) -> Result<Vec<u8>, Rejected> {
    match kernel.receive(&origin, knock).await {
        Ok(answer) => Ok(answer.to_string().into_bytes()),
        Err(Rejection::Refused(refusals)) => {
            kernel.refusals.add(&refusals);
            Err(match refusals.first() {
                Some(refusal) => refused(refusal),
                None => super::rejected(&Fault::internal("a refusal without a sentence")),
            })
        }
        Err(Rejection::AwaitsApproval(_)) => {
            Err(super::rejected(&Fault::internal("an approval asked for by a callback")))
        }
        Err(Rejection::Fault(Fault::BadText)) => {
            let message = "The character U+0000 cannot be stored.";
            Err(refused(&Refusal::new(Code::BadFormat, "", message)))
        }
        Err(Rejection::Fault(fault)) => Err(super::rejected(&fault)),
    }
}

fn refused(refusal: &Refusal) -> Rejected {
    let status = match refusal.code {
        Code::Unauthenticated => 401,
        Code::NotFound => 404,
        Code::BadFormat | Code::Required => 400,
        Code::IdempotencyKeyReused => 409,
        Code::RetryLater => 503,
        _ => 422,
    };
    let message = match refusal.field.as_str() {
        "" => refusal.message.clone(),
        field => format!("{field}: {}", refusal.message),
    };
    let retry_after_seconds = (status == 503).then_some(5);
    Rejected { status, code: refusal.code.as_str(), message, retry_after_seconds }
}
