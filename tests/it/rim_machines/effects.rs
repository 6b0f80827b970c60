//! Moves that are only ever the effect of another, or of time: each happens from each state of the
//! table to each state that it leads to. That none happens from elsewhere is what the matrix says
//! of the one writer of a status.

use serde_json::{Value, json};

use crate::matrix::{AUTO, words};
use crate::rim_machines::causes::cause;
use crate::rim_machines::subject::LENDER;

#[tokio::test]
async fn each_effect_of_the_table_happens_and_is_written_down() {
    let world = (LENDER.world)().await;
    let mut effects = 0;
    for subject in LENDER.subjects {
        for row in subject.rows.iter().filter(|row| row.3 == AUTO) {
            let pairs = words(row.1).flat_map(|from| words(row.2).map(move |to| (from, to)));
            for (from, to) in pairs {
                let case = format!("{} {} {from} -> {to}", subject.machine.name, row.0);
                let cause = cause(&world, subject, row.0, from, to).await;
                assert_eq!(subject.status(&world, &cause.row).await, from, "{case}");
                let it = subject.mark(&world, &cause.row).await;
                cause.happens(&world).await;
                let left = subject.trace(&world, &it).await;
                assert_eq!(subject.status(&world, &it).await, to, "{case}: {left}");
                let change = format!("{} by {}: {from} -> {to}", row.0, cause.by);
                let expected = if from == to { Value::Null } else { json!([change]) };
                assert_eq!(left["audit"], expected, "{case}");
                let told = format!("{}.{}.{}", subject.module().name, subject.singular(), row.0);
                assert!(
                    left["events"].as_array().unwrap().contains(&json!(told)),
                    "{case}: {left}"
                );
                effects += 1;
            }
        }
    }
    assert!(effects > 15, "only {effects}");
}
