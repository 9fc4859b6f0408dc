//! The numbered SQL files, oldest first. A file that was released never changes; a new one is added below it.

use super::migrate::Migration;

/// Every migration this binary carries.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "start", sql: include_str!("../../../assets/migrations/sqlite/0001_start.sql") },
    Migration { version: 2, name: "groups", sql: include_str!("../../../assets/migrations/sqlite/0002_groups.sql") },
    Migration {
        version: 3,
        name: "event people",
        sql: include_str!("../../../assets/migrations/sqlite/0003_event_people.sql"),
    },
    Migration { version: 4, name: "roles", sql: include_str!("../../../assets/migrations/sqlite/0004_roles.sql") },
    Migration {
        version: 5,
        name: "settling",
        sql: include_str!("../../../assets/migrations/sqlite/0005_settling.sql"),
    },
    Migration { version: 6, name: "created", sql: include_str!("../../../assets/migrations/sqlite/0006_created.sql") },
    Migration { version: 7, name: "modes", sql: include_str!("../../../assets/migrations/sqlite/0007_modes.sql") },
    Migration { version: 8, name: "pushes", sql: include_str!("../../../assets/migrations/sqlite/0008_pushes.sql") },
    Migration {
        version: 9,
        name: "test traffic",
        sql: include_str!("../../../assets/migrations/sqlite/0009_test_traffic.sql"),
    },
];

/// What the header of a scimroom database carries as its application id: "Scim" in ASCII. Set by the first migration.
pub(super) const APPLICATION_ID: i32 = 0x5363_696d;
