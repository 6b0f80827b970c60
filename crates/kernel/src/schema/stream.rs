//! One subscription as it runs: events come from the tenant's stream, each is shown with the row
//! as this caller may see it at that moment, and whatever may not be seen is not told.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::{Context, Name, Response, ServerError, Value};
use futures_util::{Stream, stream};
use tokio::sync::broadcast::error::RecvError;

use crate::actor::Actor;
use crate::auth::door::own_login_first;
use crate::db::Fault;
use crate::entity::Sql;
use crate::entity::filter::Filter;
use crate::entity::plan::Planner;
use crate::entity::selection::{Document, Path, Selected};
use crate::live::{self, Holder, Listener, LiveEvent};
use crate::refusal::{Code, Refusal, Rejection, Rule};
use crate::schema::answer::{fault_error, rejection_errors};
use crate::schema::event_plan::{EventPlan, Seen};
use crate::schema::listened_row;
use crate::schema::request::RequestContext;
use crate::subscription::Subscription;

/// Events that are read and shown together.
const TOGETHER: usize = 64;

/// Events that one who comes back is told before others have their turn.
const BACKLOG: i64 = 200;

/// How long a database that fails is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a stream rests after the database failed it.
const FAULT_PAUSE: Duration = Duration::from_millis(250);

/// Keys remembered of rows that met the filter.
const REMEMBERED: usize = 10_000;

/// The answers of a subscription.
pub(super) fn of<'a>(
    context: &'a Context<'_>,
    subscription: &'static Subscription,
) -> impl Stream<Item = Response> + Send + 'a {
    let begin = State::Begin(context, subscription);
    stream::unfold(begin, |state| async move {
        let mut telling = match state {
            State::Ended => return None,
            State::Begin(context, subscription) => {
                // What is rare is boxed, so that who only listens does not hold its room.
                match Box::pin(Telling::begin(context, subscription)).await {
                    Ok(telling) => Box::new(telling),
                    Err(rejection) => return Some((refused(context, rejection), State::Ended)),
                }
            }
            State::Telling(telling) => telling,
        };
        let response = telling.next().await?;
        let next = if telling.ended { State::Ended } else { State::Telling(telling) };
        Some((response, next))
    })
}

enum State<'a, 'c> {
    Begin(&'a Context<'c>, &'static Subscription),
    Telling(Box<Telling<'a>>),
    Ended,
}

fn refused(context: &Context<'_>, rejection: Rejection) -> Response {
    let key = context.item.node.response_key().node.as_str();
    Response::from_errors(rejection_errors(rejection, context.item.pos, &[key]))
}

/// A subscription that was let in.
struct Telling<'a> {
    request: &'a RequestContext,
    actor: &'a Arc<Actor>,
    subscription: &'static Subscription,
    document: Document<'a>,
    selected: Selected<'a>,
    plan: EventPlan,
    /// The only row, and what a row has to meet.
    row: Option<String>,
    filter: Option<Sql>,
    matched: HashSet<String>,
    redactions: Vec<String>,
    holder: Holder,
    listener: Listener,
    /// What the one who came back has been told, up to where the listener begins.
    told: Option<i64>,
    last: Option<i64>,
    /// What is to be shown next.
    gathered: Vec<Arc<LiveEvent>>,
    ready: VecDeque<Response>,
    ended: bool,
}

impl<'a> Telling<'a> {
    async fn begin(
        context: &'a Context<'_>,
        subscription: &'static Subscription,
    ) -> Rule<Telling<'a>> {
        let request: &'a Arc<RequestContext> = context.data_unchecked();
        let actor = request.actor.as_ref().ok_or_else(|| {
            Refusal::new(Code::Unauthenticated, "", "Log in first; send the token as a Bearer.")
        })?;
        own_login_first(actor)?;
        let allowed = actor.require(subscription.permission, "listen to this");
        request.kernel.with_denial_recorded(actor, &request.origin, allowed).await?;
        let document = Document::of(context);
        let key = context.item.node.response_key().node.as_str();
        let roots = document.root("Subscription");
        if roots.len() != 1 {
            let message = "A subscription has one root field.";
            return Err(Refusal::new(Code::ValidationFailed, "", message).into());
        }
        let selected = roots.into_iter().next();
        let selected = selected.ok_or_else(|| Fault::internal("a field that is not selected"))?;
        let meta = (subscription.entity)();
        let row = match subscription.row.and_then(|(name, _)| document.argument(&selected, name)) {
            Some(Value::String(text)) => {
                Some(listened_row::key(request, actor, subscription, &text).await?)
            }
            _ => None,
        };
        let filter = match document.argument(&selected, "filter") {
            Some(filter) => Filter { actor }.compile(meta, &filter).map_err(at_filter)?,
            None => None,
        };
        let after = match document.argument(&selected, "after") {
            Some(Value::String(text)) => Some(live::decode_cursor(actor.tenant.id, &text)?),
            _ => None,
        };
        let mut planner = Planner::new(document, actor);
        let plan = EventPlan::new(&mut planner, subscription, &selected, &Path::root(key))?;
        let redactions = planner.redactions;
        // What ends the caller's access from here on ends the stream.
        let holder = request.kernel.live.hold(actor, &request.origin);
        // From here on nothing is missed; what came before is read from the outbox.
        let listener = request.kernel.listen(actor).await?;
        let mut telling = Telling {
            request,
            actor,
            subscription,
            document,
            selected,
            plan,
            row,
            filter,
            matched: HashSet::new(),
            redactions,
            holder,
            listener,
            told: None,
            last: after,
            gathered: Vec::new(),
            ready: VecDeque::new(),
            ended: false,
        };
        if let Some(after) = after {
            telling.come_back(after).await?;
        }
        Ok(telling)
    }

    /// Goes on behind a cursor, or says that something is missing there.
    async fn come_back(&mut self, after: i64) -> Rule<()> {
        let kept = live::kept(&self.request.kernel, self.actor).await?;
        if after > kept.newest {
            // Without a word the caller would hear nothing until that place is reached.
            self.last = Some(self.listener.place);
            let message = "No event with this cursor is known; an older copy of the data may have \
                           been restored. Read the rows again.";
            self.gap(message, self.listener.place);
            return Ok(());
        }
        self.told = Some(after.max(kept.pruned_through));
        self.last = self.told;
        if after < kept.pruned_through {
            let message =
                "Some events since this cursor are not kept any more. Read the rows again.";
            self.gap(message, kept.pruned_through);
        }
        Ok(())
    }

    fn gap(&mut self, message: &str, place: i64) {
        let cursor = live::encode_cursor(self.actor.tenant.id, place);
        let gap = serde_json::json!({ "message": message, "cursor": cursor });
        let gap = self.plan.notice(self.document, &self.selected, "Gap", &gap);
        self.push(gap);
    }

    async fn next(&mut self) -> Option<Response> {
        let mut failing: Option<Instant> = None;
        loop {
            if let Some(response) = self.ready.pop_front() {
                return Some(response);
            }
            if self.ended {
                return None;
            }
            let Err(fault) = self.tell().await else {
                failing = None;
                continue;
            };
            // What was not told stays gathered: a database that is back in time is not noticed.
            let since = failing.get_or_insert_with(Instant::now);
            if !passes(&fault) || since.elapsed() >= PATIENCE {
                return Some(self.fail(&fault));
            }
            tokio::time::sleep(FAULT_PAUSE).await;
        }
    }

    /// Gathers the next events and shows them.
    async fn tell(&mut self) -> Result<(), Fault> {
        if self.gathered.is_empty() {
            self.gathered = self.gather().await?;
        }
        if !self.ended && !self.may_listen() {
            self.ended = true;
            self.ready.push_back(Response::from_errors(vec![self.access_ended()]));
        }
        if !self.ended {
            Box::pin(self.show()).await?;
        }
        self.gathered.clear();
        Ok(())
    }

    /// Whether the caller's access is what it was; it was looked at behind the events.
    fn may_listen(&self) -> bool {
        let tenant = self.request.kernel.tenant(&self.actor.tenant.slug);
        !self.holder.has_fallen() && tenant.is_some_and(|tenant| tenant.active)
    }

    fn access_ended(&self) -> ServerError {
        let message = "The session ended, or what it may see changed. Log in again.";
        let refusal = Refusal::new(Code::Unauthenticated, "", message);
        let errors = rejection_errors(refusal.into(), self.selected.position, &[self.selected.key]);
        errors.into_iter().next().unwrap_or_else(|| ServerError::new(message, None))
    }

    /// A fault ends the stream; the client comes back with its cursor.
    fn fail(&mut self, fault: &Fault) -> Response {
        self.ended = true;
        Response::from_errors(vec![self.error(fault)])
    }

    fn error(&self, fault: &Fault) -> ServerError {
        fault_error(fault, self.selected.position, &[self.selected.key])
    }

    /// The next events of the subscription's entity, as many as are there.
    async fn gather(&mut self) -> Result<Vec<Arc<LiveEvent>>, Fault> {
        if let Some(told) = self.told {
            return Box::pin(self.missed(told)).await;
        }
        let mut events = Vec::new();
        match self.listener.events.recv().await {
            Ok(event) => events.push(event),
            Err(RecvError::Closed) => self.ended = true,
            Err(RecvError::Lagged(_)) => {
                self.lag();
                return Ok(Vec::new());
            }
        }
        while events.len() < TOGETHER
            && let Ok(event) = self.listener.events.try_recv()
        {
            events.push(event);
        }
        Ok(events)
    }

    /// The next of what was announced while the caller was away.
    async fn missed(&mut self, told: i64) -> Result<Vec<Arc<LiveEvent>>, Fault> {
        let (kernel, through) = (&self.request.kernel, self.listener.place);
        let events = live::between(kernel, self.actor, told, through, BACKLOG).await?;
        if let Some(system) = kernel.system_actor(self.actor.tenant.clone()) {
            kernel.look_at_listeners(&system).await?;
        }
        self.told = events.last().and_then(|event| event.place);
        Ok(events.into_iter().map(Arc::new).collect())
    }

    fn lag(&mut self) {
        self.ended = true;
        let message = "You were too slow. Subscribe again with the cursor; nothing is lost.";
        let place = self.last.or(Some(self.listener.place));
        let cursor = place.map(|place| live::encode_cursor(self.actor.tenant.id, place));
        let lagged = serde_json::json!({ "message": message, "cursor": cursor });
        let lagged = self.plan.notice(self.document, &self.selected, "Lagged", &lagged);
        self.push(lagged);
    }

    /// Makes answers of the events that this caller may hear of.
    async fn show(&mut self) -> Result<(), Fault> {
        let meta = (self.subscription.entity)();
        // What the cursor covers may still be on its way to listeners.
        let is_new = |place: Option<i64>| place.is_none_or(|place| self.last < Some(place));
        let is_ours = |event: &&Arc<LiveEvent>| {
            is_new(event.place)
                && event.entity == meta.type_name
                && self.row.as_ref().is_none_or(|row| *row == event.entity_id)
                && (self.subscription.signals || event.place.is_some())
        };
        let ours: Vec<Arc<LiveEvent>> = self.gathered.iter().filter(is_ours).cloned().collect();
        if !ours.is_empty() {
            let session = self.request.fresh_session(self.actor);
            let seen = Seen::read(&session, &self.plan, &ours, self.filter.clone()).await?;
            let mut answers = Vec::new();
            for event in &ours {
                let Some(meets) = seen.meets(&event.entity_id, &event.payload) else { continue };
                if self.filter.is_some() && !self.has_met(&event.entity_id, meets) {
                    continue;
                }
                answers.push(self.plan.event(&seen, event, meets, self.actor.tenant.id));
            }
            let shown = session.finish();
            self.request.record(shown).await?;
            for answer in answers {
                self.push(answer);
            }
        }
        // Never back: a server may still be telling what the cursor covers.
        let last = self.gathered.iter().rev().find_map(|event| event.place);
        self.last = self.last.max(last);
        Ok(())
    }

    /// Whether a row meets the filter now, or did when it was last told of.
    fn has_met(&mut self, key: &str, meets: bool) -> bool {
        if !meets {
            return self.matched.remove(key);
        }
        if self.matched.len() < REMEMBERED {
            self.matched.insert(key.to_owned());
        }
        true
    }

    fn push(&mut self, answer: Vec<u8>) {
        let key = Name::new(self.selected.key);
        let data = Value::Object([(key, Value::Binary(answer.into()))].into_iter().collect());
        let mut response = Response::new(data);
        if !self.redactions.is_empty() {
            let paths = self.redactions.iter().map(|path| path.as_str().into()).collect();
            response.extensions.insert("redactions".to_owned(), Value::List(paths));
        }
        self.ready.push_back(response);
    }
}

/// Whether the next attempt may go better.
fn passes(fault: &Fault) -> bool {
    !matches!(fault, Fault::Internal(_) | Fault::BadText | Fault::StatementTimeout)
}

/// The filter's complaints name its own argument.
fn at_filter(rejection: Rejection) -> Rejection {
    let Rejection::Refused(mut refusals) = rejection else { return rejection };
    for refusal in &mut refusals {
        refusal.field = refusal.field.replacen("where", "filter", 1);
    }
    Rejection::Refused(refusals)
}
