//! The field `reports` of a module's root: each report below it is read and refused by itself.

use chrono::NaiveDate;
use futures_util::future::join_all;

use crate::actor::Actor;
use crate::db::Session;
use crate::entity::plan::json_key;
use crate::entity::render;
use crate::entity::selection::{Document, Path, Selected};
use crate::refusal::Rule;
use crate::report::ReportPlan;
use crate::schema::answer::rejection_errors;
use crate::schema::request::RequestContext;
use crate::schema::type_info::pascal_case;

/// What is asked of a module's reports.
pub(super) struct Reports<'a> {
    type_name: String,
    /// Keys of the module and of this field.
    path: [&'a str; 2],
    /// Each field with its plan; `None` for `__typename`.
    fields: Vec<(Selected<'a>, Option<Rule<ReportPlan>>)>,
}

impl<'a> Reports<'a> {
    /// From the selection; what is refused is told when the answer is written.
    pub fn plan(
        document: Document<'a>,
        actor: &Actor,
        root: &Selected<'a>,
        selected: &Selected<'a>,
        today: NaiveDate,
        redactions: &mut Vec<String>,
    ) -> Reports<'a> {
        let module = actor.module;
        let (root, path) = (Path::root(root.key), [root.key, selected.key]);
        let here = root.then(selected.key);
        let type_name = format!("{}Reports", pascal_case(module.name));
        let fields = document.below(selected, &[&type_name]).into_iter().map(|field| {
            let report = module.reports.iter().find(|report| report.name == field.name);
            let plan = report.map(|report| {
                let path = here.then(field.key);
                ReportPlan::new(document, actor, report, &field, today, redactions, &path)
            });
            (field, plan)
        });
        Reports { fields: fields.collect(), path, type_name }
    }

    /// Runs all of them and writes the object, null with an error where one fails.
    pub async fn write(self, request: &RequestContext, session: &Session) -> Vec<u8> {
        let kept = &request.kernel.kept_figures;
        let answers = self.fields.into_iter().map(async |(field, plan)| {
            let answer = match plan {
                Some(Ok(plan)) => plan.run(session, kept).await.map_err(Into::into),
                Some(Err(rejection)) => Err(rejection),
                None => {
                    let mut name = Vec::new();
                    render::string(&mut name, &self.type_name);
                    Ok(name)
                }
            };
            (field, answer)
        });
        let answers: Vec<(Selected<'_>, Rule<Vec<u8>>)> = join_all(answers).await;
        let mut out = vec![b'{'];
        for (place, (field, answer)) in answers.into_iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            out.extend_from_slice(json_key(field.key).as_bytes());
            match answer {
                Ok(bytes) => out.extend_from_slice(&bytes),
                Err(rejection) => {
                    out.extend_from_slice(b"null");
                    let path = [self.path[0], self.path[1], field.key];
                    for error in rejection_errors(rejection, field.position, &path) {
                        request.add_error(error);
                    }
                }
            }
        }
        out.push(b'}');
        out
    }
}
