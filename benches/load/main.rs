//! Load on the release service, printed beside what the same machine does without scimroom in the way.
//!
//! `cargo bench --bench load` starts the real binary, fills it over HTTP, and prints for each request and size of
//! workspace: requests per second and p99 at 1 and 32 connections, and their share of a bare axum route that answers 600
//! bytes. Creates stand beside a raw SQLite group commit of like rows, with the same durability; one member more or less
//! of a group of 50,000 beside the same in a group of 5. Everything is measured
//! in one run, so figures are ratios that hold when the machine's speed drifts. `SCIMROOM_BENCH_PEOPLE=1000,10000`
//! chooses other sizes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a bench that cannot go on should stop where it stands")]

mod bare;
mod groups;
mod raw;
mod service;
mod wire;

use std::time::Duration;

use hyper::Method;
use wire::{Load, Request, Run};

/// How long each figure is measured.
const MEASURE: Duration = Duration::from_secs(2);
const CONNECTIONS: [usize; 2] = [1, 32];
/// How often, and for how long each, the small and the large group take turns.
const TURNS: usize = 7;
const TURN: Duration = Duration::from_secs(1);

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run());
}

async fn run() {
    let sizes: Vec<u64> = std::env::var("SCIMROOM_BENCH_PEOPLE")
        .unwrap_or_else(|_| "1000,100000".to_owned())
        .split(',')
        .map(|size| size.trim().parse().expect("SCIMROOM_BENCH_PEOPLE is a list of numbers"))
        .collect();
    println!(
        "every request recorded; {} s a figure; share = of a bare axum route answering 600 bytes\n",
        MEASURE.as_secs()
    );
    println!("{:<9} {:<16} {:>5} {:>11} {:>10} {:>8}", "people", "request", "conns", "requests/s", "p99 ms", "share");
    for people in sizes {
        measure(people).await;
    }
}

async fn measure(people: u64) {
    let mut room = service::Room::start().await;
    let filled = room.fill(people).await;
    let started = room.restart().await;
    let token = room.token().to_owned();
    let person = move |n: u64| service::name(n % people);
    let ids = room.ids(people.min(1_000)).await;
    let read = move |n: u64| ids.get(usize::try_from(n).unwrap() % ids.len()).unwrap().clone();
    for connections in CONNECTIONS {
        let bare = bare::measure(connections, MEASURE).await;
        print(people, "bare axum", connections, &bare, &bare);
        let (find, get, change) = (person, read.clone(), read.clone());
        let requests: [(&str, Request); 5] = [
            ("credential test", Box::new(|_| (Method::GET, "/scim/v2/Users?startIndex=1&count=2".to_owned(), None))),
            ("lookup", Box::new(move |n| (Method::GET, service::lookup(&find(n)), None))),
            ("read", Box::new(move |n| (Method::GET, format!("/scim/v2/Users/{}", get(n)), None))),
            (
                "create",
                Box::new(move |n| {
                    let n = people + n + connections as u64 * 1_000_000;
                    (Method::POST, "/scim/v2/Users".to_owned(), Some(service::body(n)))
                }),
            ),
            (
                "patch",
                Box::new(move |n| (Method::PATCH, format!("/scim/v2/Users/{}", change(n)), Some(service::patch(n)))),
            ),
        ];
        for (name, request) in requests {
            let load = Load { address: room.address(), token: Some(token.clone()), connections, time: MEASURE };
            let run = load.run(request).await;
            print(people, name, connections, &run, &bare);
            if name == "create" {
                let raw = raw::measure(connections, MEASURE);
                println!(
                    "{people:<9} {:<16} {connections:>5} {raw:>11.0} {:>10} {:>7.0}%  (create : raw)",
                    "raw SQLite",
                    "",
                    100.0 * run.per_second() / raw
                );
            }
        }
    }
    members(&room, people).await;
    println!(
        "{people:<9} filled at {filled:.0} creates/s; started with them in {:.0} ms; resident {:.1} MiB\n",
        started.as_secs_f64() * 1e3,
        room.resident_mib()
    );
}

/// One member more or less of a small group and of a large one, in turns: what a disk does in one second it may not do
/// in the next, so only neighbours are compared.
async fn members(room: &service::Room, people: u64) {
    let [small, large] = groups::SIZES;
    let groups = [groups::Group::new(room, people, small).await, groups::Group::new(room, people, large).await];
    let mut costs = Vec::new();
    let mut rates = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        let small = groups[0].measure(room, TURN).await.per_second();
        let large = groups[1].measure(room, TURN).await.per_second();
        costs.push(small / large);
        rates[0].push(small);
        rates[1].push(large);
    }
    for (group, rates) in groups.iter().zip(&mut rates) {
        let name = format!("member of {}", group.size);
        println!("{people:<9} {name:<16} {:>5} {:>11.0} {:>10}   (one more or less)", 1, median(rates), "");
    }
    let cost = median(&mut costs);
    println!(
        "{people:<9} a member of the large group costs {cost:.2} of one of the small group (median of {TURNS} turns, {:.2} \
         to {:.2})",
        costs[0],
        costs[TURNS - 1]
    );
}

/// The median; the figures are sorted afterwards.
fn median(figures: &mut [f64]) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn print(people: u64, name: &str, connections: usize, run: &Run, bare: &Run) {
    println!(
        "{people:<9} {name:<16} {connections:>5} {:>11.0} {:>10.2} {:>7.0}%",
        run.per_second(),
        run.p99().as_secs_f64() * 1e3,
        100.0 * run.per_second() / bare.per_second()
    );
}
