//! What holds for every bulk request.

use proptest::prelude::*;
use serde_json::{Map, json};

use super::*;

/// Carries out everything, and gives the calls.
fn run(mut plan: Plan) -> (Vec<Call>, Value) {
    let mut calls = Vec::new();
    while let Some(call) = plan.next() {
        let id = (call.method == Method::Post).then(|| format!("made-{}", call.index));
        plan.done(call.index, Outcome { status: 200, id, ..Outcome::default() });
        calls.push(call);
    }
    (calls, plan.finish("https://harbor.example/scim/v2"))
}

/// An operation and the places of those it refers to.
#[derive(Debug, Clone)]
struct Sketch {
    post: bool,
    on: usize,
    refers: Vec<usize>,
}

fn sketches() -> impl Strategy<Value = Vec<Sketch>> {
    let one = (any::<bool>(), 0_usize..4, prop::collection::vec(0_usize..24, 0..3))
        .prop_map(|(post, on, refers)| Sketch { post, on, refers });
    prop::collection::vec(one, 1..24)
}

/// Those among the references that lead to a POST, as the request will hold them.
fn targets(all: &[Sketch], index: usize) -> Vec<usize> {
    all[index].refers.iter().copied().filter(|target| all.get(*target).is_some_and(|sketch| sketch.post)).collect()
}

fn request(all: &[Sketch]) -> Plan {
    let operations: Vec<Value> = (0..all.len())
        .map(|index| {
            let members: Vec<Value> =
                targets(all, index).iter().map(|target| json!({"value": format!("bulkId:{target}")})).collect();
            if all[index].post {
                json!({"method": "POST", "path": "/Groups", "bulkId": index.to_string(), "data": {"members": members}})
            } else {
                let path = format!("/Groups/{}", all[index].on);
                json!({"method": "PATCH", "path": path, "data": {"members": members}})
            }
        })
        .collect();
    Plan::new(BulkRequest::parse(json!({"schemas": [BULK_REQUEST_URN], "Operations": operations})).unwrap())
}

fn json_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "\\PC{0,8}",
        "(bulkId:|/Users/|/Groups/|\\.\\./Users/bulkId:|members\\[value eq \"bulkId:)[a-c]?(\"\\]|/)?",
        prop::sample::select(vec!["POST", "PUT", "patch", "DELETE", "/Users", "/Groups"]).prop_map(str::to_owned),
    ];
    let flat = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2_i64..5).prop_map(Value::from),
        text.prop_map(Value::from)
    ];
    flat.prop_recursive(3, 16, 4, |inner| {
        let name = prop::sample::select(vec!["members", "value", "path", "urn:x:2.0:User", "manager", "Operations"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..4).prop_map(|list| list
                .into_iter()
                .map(|(n, v)| (n.to_owned(), v))
                .collect::<Map<_, _>>()
                .into()),
        ]
    })
}

fn operation() -> impl Strategy<Value = Value> {
    let method = prop::sample::select(vec!["POST", "POST", "put", "PATCH", "DELETE", "GET"]);
    let path = prop_oneof![
        4 => prop::sample::select(vec!["/Users", "/Groups", "/Groups", "/Users/1", "/Groups/bulkId:a", "/Users/bulkId:b"])
            .prop_map(Value::from),
        1 => json_value(),
    ];
    let bulk_id = prop::option::of(prop::sample::select(vec!["a", "b", "c"]));
    (method, path, bulk_id, json_value(), prop::option::of(json_value())).prop_map(
        |(method, path, bulk_id, data, version)| {
            json!({"method": method, "path": path, "bulkId": bulk_id, "data": data, "version": version})
        },
    )
}

proptest! {
    #[test]
    fn whatever_refers_to_earlier_or_later_ones_without_a_circle_resolves(
        sketches in sketches(),
        backwards in any::<bool>(),
    ) {
        let mut all = sketches;
        for (index, sketch) in all.iter_mut().enumerate() {
            sketch.refers.retain(|target| if backwards { *target < index } else { *target > index });
        }
        let (calls, answer) = run(request(&all));
        prop_assert_eq!(calls.len(), all.len());
        prop_assert!(calls.iter().all(|call| !call.completes && !call.body.to_string().contains("bulkId:")));
        prop_assert!(answer["Operations"].as_array().unwrap().iter().all(|result| result["status"] == "200"));
    }

    #[test]
    fn circles_resolve_as_well(all in sketches()) {
        let (calls, answer) = run(request(&all));
        let results = answer["Operations"].as_array().unwrap();
        prop_assert_eq!(results.len(), all.len());
        prop_assert!(results.iter().all(|result| result["status"] == "200"), "{}", answer);
        let said: String = calls.iter().map(|call| call.body.to_string()).collect();
        prop_assert!(!said.contains("bulkId:"));
        // Every reference is made once, at first or afterwards.
        for index in 0..all.len() {
            let bodies: String = calls.iter().filter(|call| call.index == index).map(|call| call.body.to_string()).collect();
            for target in targets(&all, index) {
                prop_assert!(bodies.contains(&format!("\"made-{target}\"")), "{} lacks {}", bodies, target);
            }
        }
    }

    #[test]
    fn what_waits_for_nothing_keeps_the_order_of_the_client(all in sketches()) {
        let (calls, _) = run(request(&all));
        let first = |index: usize| calls.iter().position(|call| call.index == index && !call.completes);
        let free: Vec<usize> = (0..all.len())
            .filter(|index| targets(&all, *index).is_empty())
            .filter(|index| {
                all[*index].post || !(0..*index).any(|before| !all[before].post && all[before].on == all[*index].on)
            })
            .filter_map(first)
            .collect();
        prop_assert!(free.is_sorted());
        for on in 0..4 {
            let same: Vec<usize> =
                (0..all.len()).filter(|index| !all[*index].post && all[*index].on == on).filter_map(first).collect();
            prop_assert!(same.is_sorted());
        }
    }

    #[test]
    fn nothing_makes_it_panic(
        operations in prop::collection::vec(operation(), 0..8),
        limit in prop::option::of(0_u64..4),
        statuses in prop::collection::vec((0_usize..8, 100_u16..600, any::<bool>()), 24),
    ) {
        let count = operations.len();
        let body = json!({"schemas": [BULK_REQUEST_URN], "failOnErrors": limit, "Operations": operations});
        let Ok(request) = BulkRequest::parse(body) else { return Ok(()) };
        let mut plan = Plan::new(request);
        for (other, status, reported) in statuses {
            let Some(call) = plan.next() else { break };
            prop_assert!(call.method != Method::Post || !call.body.to_string().contains("\"value\":\"bulkId:a\""));
            let index = if reported { call.index } else { other };
            let id = (status < 300).then(|| "made".to_owned());
            plan.done(index, Outcome { status, id, ..Outcome::default() });
        }
        prop_assert!(plan.finish("")["Operations"].as_array().unwrap().len() <= count);
    }

    #[test]
    fn any_body_is_read_or_refused(body in json_value()) {
        let _ = BulkRequest::parse(body);
    }
}
