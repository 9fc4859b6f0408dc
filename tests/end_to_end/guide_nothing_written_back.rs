//! Guide: Nothing is ever written back to Okta: the service opens no connection of its own.

#![cfg(target_os = "linux")]

use std::{collections::HashSet, fs};

use serde_json::json;

use crate::harness::{Person, Room};

#[tokio::test]
async fn the_service_opens_no_connection_whatever_happens() {
    let room = Room::start();
    let okta = room.okta();
    let listens_on: u16 = room.url().rsplit_once(':').unwrap().1.parse().unwrap();
    let check = || {
        for port in local_ports(room.pid()) {
            assert_eq!(port, listens_on, "the service has a socket that it did not accept");
        }
    };
    assert!(!local_ports(room.pid()).is_empty(), "this test sees the sockets of the service");
    okta.test_credentials().await.expect(200);
    check();
    let id = okta.assign(&Person::new("Ada", "Moreno")).await.expect(201).id();
    check();
    okta.push(&id, &json!({"title": "Lead"})).await.expect(200);
    check();
    room.cli(&["user", "set-role", &id, "owner"]);
    check();
    room.cli(&["workspace", "set", "public_url=https://room.harbor.example"]);
    check();
    okta.set_active_by_patch(&id, false).await.expect(200);
    check();
}

/// The local ports of all TCP sockets of a process.
fn local_ports(pid: u32) -> Vec<u16> {
    let inodes: HashSet<String> = fs::read_dir(format!("/proc/{pid}/fd"))
        .unwrap()
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    let mut ports = Vec::new();
    for table in ["tcp", "tcp6"] {
        for line in fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default().lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            if inodes.contains(fields[9]) {
                let port = fields[1].rsplit_once(':').unwrap().1;
                ports.push(u16::from_str_radix(port, 16).unwrap());
            }
        }
    }
    ports
}
