//! What the guard lets pass and what it refuses.

use std::fmt::Write;

use async_graphql::{Variables, value};

use super::{CostModel, Guarded, limits};
use crate::server::refusal::Refusal;

const SDL: &str = r#"
interface Node { id: ID! }
type Query { shop: Shop! node(id: ID!): Node nodes(ids: [ID!]!): [Node]! }
type Shop {
  invoices(first: Int, last: Int, after: String): InvoiceConnection!
  invoiceAggregates: InvoiceAggregates
  reports: ShopReports!
}
type ShopReports { sales: Sales }
type Sales { total: String }
type InvoiceAggregates { count: Int }
type InvoiceConnection { edges: [InvoiceEdge!]! nodes: [Invoice!]! pageInfo: PageInfo! totalCount: Int }
type InvoiceEdge { cursor: String! node: Invoice! }
type PageInfo { hasNextPage: Boolean! }
type Invoice implements Node { id: ID! number: String lines(first: Int): LineConnection! customer: Customer }
type LineConnection { nodes: [Line!]! }
type Line { id: ID! invoice: Invoice }
type Customer { id: ID! name: String }
type Mutation { pay(id: ID!): Payload! }
type Payload { invoice: Invoice }
schema { query: Query mutation: Mutation }
"#;

fn model() -> CostModel {
    CostModel::from_sdl(SDL).unwrap()
}

fn cost_with(query: &str, variables: async_graphql::Value) -> Result<u64, Refusal> {
    let model = model();
    let variables = Variables::from_value(variables);
    let guarded = Guarded::parse(query, &model)?;
    Ok(guarded.operation(None, &variables, 0, &model)?.cost)
}

fn cost(query: &str) -> Result<u64, Refusal> {
    cost_with(query, value!({}))
}

fn limit(query: &str) -> &'static str {
    cost(query).unwrap_err().exceeded.unwrap().what
}

#[test]
fn costs_are_those_of_the_specification() {
    for (query, expected) in [
        ("{ __typename }", 0),
        ("{ shop { __typename } }", 1),
        ("{ shop { invoices { nodes { number } } } }", 1 + 1 + 25),
        (
            "{ shop { invoices(first: 10) { edges { node { id } } pageInfo { hasNextPage } totalCount } } }",
            12,
        ),
        (
            "{ shop { invoices(first: 10) { nodes { lines(first: 3) { nodes { id } } customer { id } } } } }",
            2 + 10 * (1 + 4 + 1),
        ),
        ("{ shop { invoices(first: -1) { nodes { id } } } }", 27),
        ("{ shop { invoiceAggregates { count } reports { sales { total } } } }", 1 + 10 + 1 + 25),
        ("{ nodes(ids: [\"a\", \"b\"]) { id ... on Invoice { customer { id } } } }", 4),
        ("mutation { pay(id: 1) { invoice { id } } }", 11),
        (
            "{ shop { invoices(first: 10) { ...Page } } } fragment Page on InvoiceConnection { nodes { id } }",
            12,
        ),
    ] {
        assert_eq!(cost(query).unwrap(), expected, "{query}");
    }
}

#[test]
fn sizes_in_variables_are_priced_with_their_values() {
    let query = "query($n: Int = 7) { shop { invoices(first: $n) { nodes { id } } } }";
    assert_eq!(cost_with(query, value!({"n": 10})).unwrap(), 12);
    assert_eq!(cost_with(query, value!({})).unwrap(), 9);
    assert_eq!(cost_with(query, value!({"n": "x"})).unwrap(), 27);
    let refused = cost_with(query, value!({"n": 2147483647_i64})).unwrap_err();
    assert_eq!(refused.code, "COST_EXCEEDED");
    assert_eq!(refused.exceeded.unwrap().what, "cost");
}

#[test]
fn the_largest_page_saturates() {
    assert_eq!(limit("{ shop { invoices(first: 2147483647) { nodes { id } } } }"), "cost");
    let most = u64::MAX;
    let nested = format!(
        "{{ shop {{ invoices(first: {most}) {{ nodes {{ lines(first: {most}) {{ nodes {{ id }} }} }} }} }} }}"
    );
    assert_eq!(limit(&nested), "cost");
}

/// Fragments that each spread the next one twice.
fn doubling(operation: &str, levels: u32) -> String {
    let mut query = operation.to_owned();
    for level in 0..levels {
        let next = level + 1;
        let _ = write!(query, " fragment F{level} on Query {{ ...F{next} ...F{next} }}");
    }
    let _ = write!(query, " fragment F{levels} on Query {{ __typename }}");
    query
}

#[test]
fn fragments_that_double_each_other_are_measured_in_linear_time() {
    assert_eq!(limit(&doubling("{ ...F0 }", 30)), "selections");
    for below in ["{ __schema { ...F0 } }", "{ __schema { __schema { ...F0 } } }"] {
        assert_eq!(limit(&doubling(below, 20)), "introspectionSelections");
    }
    let unused = doubling("{ __typename }", 30);
    assert_eq!(limit(&unused), "documentSelections");
}

#[test]
fn a_chain_of_fragments_does_not_exhaust_the_stack() {
    let mut query = "{ __typename }".to_owned();
    for level in 0..2_000 {
        let next = level + 1;
        let _ = write!(query, "fragment F{level} on Q{{...F{next}}}");
    }
    assert!(query.len() < limits::QUERY_BYTES);
    assert_eq!(limit(&query), "nesting");
}

#[test]
fn fragments_in_a_circle_are_refused() {
    for query in [
        "{ ...A } fragment A on Query { ...A }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { shop { ...A } }",
        "{ a } fragment A on Query { ...B } fragment B on Query { ...A }",
    ] {
        assert_eq!(cost(query).unwrap_err().code, "VALIDATION_FAILED", "{query}");
    }
}

#[test]
fn what_stands_behind_typename_is_validated_too() {
    for behind in [
        "(a: 1)",
        "{ a }",
        "@foo",
        "@skip",
        "@skip(if: \"true\")",
        "@skip(when: true)",
        "@skip(if: true, a: 1)",
    ] {
        let query = format!("{{ shop {{ __typename {behind} }} }}");
        assert_eq!(cost(&query).unwrap_err().code, "VALIDATION_FAILED", "{query}");
    }
    for behind in ["", "@skip(if: true) @include(if: false)", "@include(if: $b)"] {
        let query = format!("query($b: Boolean = true) {{ shop {{ __typename {behind} }} }}");
        assert_eq!(cost(&query).unwrap(), 1, "{query}");
    }
}

#[test]
fn each_limit_refuses_what_passes_it() {
    let aliases = |count| (0..count).map(|n| format!("a{n}:x ")).collect::<String>();
    let fields = "shop ".repeat(21);
    let directives = format!("{{ shop {} }}", "@a ".repeat(51));
    let deep = format!("{}{}{}", "{ a ".repeat(15), "{ a }", "}".repeat(15));
    let wide = format!("{{ shop {{ {} }} }}", "a ".repeat(2_000));
    for (query, expected) in [
        (format!("{{ {} }}", aliases(10_000)), "queryBytes"),
        (format!("{{ {} }}", aliases(7_000)), "selections"),
        (format!("{{ shop {{ {} }} }}", aliases(51)), "aliases"),
        (format!("{{ {fields} }}"), "rootFields"),
        (directives, "directives"),
        (deep, "depth"),
        (wide, "selections"),
        ("{".repeat(30_000), "brackets"),
        (format!("{{ a }} #{}", " ".repeat(limits::QUERY_BYTES)), "queryBytes"),
    ] {
        assert_eq!(limit(&query), expected, "{}", &query[..60.min(query.len())]);
    }
    let fifteen = format!("{}{}{}", "{ a ".repeat(14), "{ a }", "}".repeat(14));
    assert!(cost(&fifteen).is_ok());
}

#[test]
fn introspection_has_its_own_budget() {
    let of_type = "ofType { kind name ".repeat(9) + &"}".repeat(9);
    let full = format!(
        "query IntrospectionQuery {{ __schema {{ queryType {{ name }} types {{ ...FullType }}
         directives {{ name args {{ ...InputValue }} }} }} }}
         fragment FullType on __Type {{ kind name fields(includeDeprecated: true) {{ name
         args {{ ...InputValue }} type {{ ...TypeRef }} }} inputFields {{ ...InputValue }}
         interfaces {{ ...TypeRef }} enumValues {{ name }} possibleTypes {{ ...TypeRef }} }}
         fragment InputValue on __InputValue {{ name type {{ ...TypeRef }} defaultValue }}
         fragment TypeRef on __Type {{ kind name {of_type} }}"
    );
    assert_eq!(cost(&full).unwrap(), 0);
    let bomb = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    assert_eq!(limit(bomb), "introspectionLists");
    let wide = format!("{{ __schema {{ types {{ {} }} }} }}", "name ".repeat(500));
    assert_eq!(limit(&wide), "introspectionSelections");
}

#[test]
fn one_operation_must_be_meant_and_required_variables_given() {
    let model = model();
    let two = Guarded::parse(
        "query A { shop { __typename } } mutation B { pay(id: 1) { __typename } }",
        &model,
    )
    .unwrap();
    let none = Variables::default();
    assert!(two.operation(None, &none, 0, &model).is_err());
    assert!(two.operation(Some("C"), &none, 0, &model).is_err());
    assert_eq!(two.operation(Some("B"), &none, 0, &model).unwrap().cost, 10);
    let required = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(cost(required).unwrap_err().code, "VALIDATION_FAILED");
    assert!(cost_with(required, value!({"id": null})).is_err());
    assert!(cost_with(required, value!({"id": "x"})).is_ok());
}

#[test]
fn large_variables_in_many_places_are_refused() {
    let model = model();
    let query = format!("query($id: ID!) {{ shop {{ {} }} }}", "x(a: {b: [$id]}) ".repeat(100));
    let guarded = Guarded::parse(&query, &model).unwrap();
    let variables = Variables::from_value(value!({"id": "x"}));
    assert!(guarded.operation(None, &variables, 10_000, &model).is_ok());
    let refused = guarded.operation(None, &variables, 100_000, &model).unwrap_err();
    assert_eq!(refused.exceeded.unwrap().what, "variableExpansionBytes");
}

#[test]
fn a_syntax_error_is_one_sentence() {
    let refused = cost("{ a(").unwrap_err();
    assert_eq!(refused.code, "BAD_FORMAT");
    assert!(!refused.message.contains('\n'), "{}", refused.message);
}
