//! Every list is what a naive reader of everything would make of it: random people and groups, random filters and
//! orders, every page.

use proptest::prelude::*;

use super::*;
use crate::{
    directory::room::{group, person},
    scim::{list::ListQuery, schema::ResourceTypes, sort::SortKey},
};

/// Somebody, by choices among few words, so that filters hit and keys tie.
#[derive(Debug, Clone)]
struct Somebody {
    title: Option<&'static str>,
    family: Option<&'static str>,
    mail: Option<&'static str>,
    external: &'static str,
    active: bool,
    admin: Option<&'static str>,
}

#[derive(Debug, Clone)]
struct Crew {
    external: Option<&'static str>,
    /// Members, counted among all people and then all groups before this one.
    members: Vec<usize>,
}

/// A list that somebody asks for. `@0` in a filter stands for the id of the first resource, and so on.
#[derive(Debug, Clone)]
struct Ask {
    kinds: &'static [&'static str],
    filter: Option<String>,
    sort: Option<(&'static str, bool)>,
    count: u64,
    by_cursor: bool,
}

fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["ada", "ADA", "Li", "straße", "STRASSE", "x", "Ω"])
}

fn somebody() -> impl Strategy<Value = Somebody> {
    let maybe = || prop::option::weighted(0.7, word());
    (maybe(), maybe(), maybe(), word(), any::<bool>(), maybe()).prop_map(
        |(title, family, mail, external, active, admin)| Somebody { title, family, mail, external, active, admin },
    )
}

fn crew() -> impl Strategy<Value = Crew> {
    (prop::option::of(word()), prop::collection::vec(0_usize..16, 0..5))
        .prop_map(|(external, members)| Crew { external, members })
}

const ANY: &[&str] =
    &["id eq \"@N\"", "externalId eq \"W\"", "displayName eq \"W\"", "meta.created pr", "externalId pr"];
const USERS: &[&str] = &[
    "userName eq \"p1@harbor.example\"",
    "userName sw \"P\"",
    "title co \"W\"",
    "title ne \"W\"",
    "name.familyName gt \"W\"",
    "emails.value eq \"W@harbor.example\"",
    "emails[value eq \"W@harbor.example\" and type eq \"work\"]",
    "active eq true",
    "groups.value eq \"@N\"",
    "groups[value eq \"@N\" or value eq \"@N\"]",
    "groups.type eq \"indirect\"",
    "groups pr",
    "meta.resourceType eq \"User\"",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq \"W\"",
];
const GROUPS: &[&str] = &[
    "displayName eq \"g1\"",
    "displayName co \"G\"",
    "members.value eq \"@N\"",
    "members.value ne \"@N\"",
    "members[value eq \"@N\"]",
    "members[value eq \"@N\" and type eq \"Group\"]",
    "members.type eq \"User\"",
    "members pr",
    "meta.resourceType eq \"Group\"",
];

fn filter(terms: Vec<&'static str>) -> impl Strategy<Value = String> {
    let term = (prop::sample::select(terms), word(), 0_usize..16, 0_usize..16).prop_map(|(term, word, one, other)| {
        term.replace('W', word).replacen("@N", &format!("@{one}"), 1).replacen("@N", &format!("@{other}"), 1)
    });
    term.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            2 => prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" and "))),
            1 => prop::collection::vec(inner.clone(), 2..3).prop_map(|parts| format!("({})", parts.join(" or "))),
            1 => inner.prop_map(|part| format!("not ({part})")),
        ]
    })
}

fn ask() -> impl Strategy<Value = Ask> {
    let of = |kinds: &'static [&'static str], terms: Vec<&'static str>, keys: Vec<&'static str>| {
        let sort = prop::option::of((prop::sample::select(keys), any::<bool>()));
        (prop::option::of(filter(terms)), sort, 1_u64..6, any::<bool>())
            .prop_map(move |(filter, sort, count, by_cursor)| Ask { kinds, filter, sort, count, by_cursor })
    };
    let users = [ANY, USERS].concat();
    let groups = [ANY, GROUPS].concat();
    let both = [ANY, USERS, GROUPS].concat();
    let any = ["id", "externalId", "displayName", "meta.lastModified", "meta.resourceType"];
    let of_users = ["userName", "title", "name.familyName", "emails", "active", "roles", "groups.display"];
    let enterprise = ["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"];
    let of_groups = ["members", "members.type"];
    prop_oneof![
        of(&["User"], users, [&any[..], &of_users, &enterprise].concat()),
        of(&["Group"], groups, [&any[..], &of_groups].concat()),
        of(&["User", "Group"], both, [&any[..], &of_users, &of_groups].concat()),
    ]
}

/// Makes everybody, and gives the representations of users and of groups in order of creation.
async fn populate(room: &Room, people: &[Somebody], crews: &[Crew]) -> (Vec<Value>, Vec<Value>) {
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    for (n, one) in people.iter().enumerate() {
        let mut sent = person(&format!("p{n}@harbor.example"), one.external, None);
        let mail = one.mail.map(|word| json!([{"value": format!("{word}@harbor.example"), "type": "work"}]));
        (sent["title"], sent["emails"]) = (json!(one.title), mail.unwrap_or_default());
        (sent["name"], sent["active"]) = (json!({"familyName": one.family}), json!(one.active));
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        if let Some(department) = one.admin {
            sent[enterprise] = json!({"department": department});
            sent["schemas"].as_array_mut().unwrap().push(enterprise.into());
        }
        users.push(id_of(&room.post(&sent).await));
    }
    for (n, crew) in crews.iter().enumerate() {
        let known: Vec<&str> = users.iter().chain(&groups).map(String::as_str).collect();
        let members = crew.members.iter().filter(|_| !known.is_empty()).map(|m| known[m % known.len()]);
        let mut sent = group(&format!("G{n}"), &members.collect::<Vec<_>>());
        sent["externalId"] = json!(crew.external);
        groups.push(id_of(&room.post_group(&sent).await));
    }
    let (mut shown_users, mut shown_groups) = (Vec::new(), Vec::new());
    for id in &users {
        shown_users.push(body(&room.get(id).await));
    }
    for id in &groups {
        shown_groups.push(body(&room.get_group(id).await));
    }
    (shown_users, shown_groups)
}

/// Everything that matches, looked at one by one and put in order by sorting it all.
fn naive(queries: &[ListQuery], users: &[Value], groups: &[Value]) -> Vec<Value> {
    let mut found: Vec<(SortKey, &Value)> = Vec::new();
    for query in queries {
        let all = if query.kind.name.as_str() == "User" { users } else { groups };
        let matching = all.iter().filter(|one| query.filter.as_ref().is_none_or(|filter| filter.matches(*one)));
        found.extend(matching.map(|one| (query.sort.as_ref().map_or(SortKey::Nothing, |sort| sort.key(one)), one)));
    }
    if let Some(sort) = &queries[0].sort {
        found.sort_by(|(left, _), (right, _)| sort.compare(left, right));
    }
    found.into_iter().map(|(_, one)| one.clone()).collect()
}

/// Every page, one after the other.
async fn walk(room: &Room, ask: &Ask, pairs: &[(&str, &str)], total: usize) -> Vec<Value> {
    let mut seen = Vec::new();
    let mut place = if ask.by_cursor { String::new() } else { "1".to_owned() };
    loop {
        let name = if ask.by_cursor { "cursor" } else { "startIndex" };
        let page = body(&room.list(ask.kinds, &[&[(name, place.as_str())], pairs].concat()).await);
        let resources = page["Resources"].as_array().unwrap_or_else(|| panic!("{page}"));
        assert_eq!(page["totalResults"], total);
        assert_eq!(page["itemsPerPage"], resources.len());
        seen.extend(resources.iter().cloned());
        assert!(resources.len() as u64 == ask.count || seen.len() == total, "a page is full unless it is the last");
        match page["nextCursor"].as_str() {
            Some(next) => place = next.to_owned(),
            None if ask.by_cursor || seen.len() >= total => return seen,
            None => place = (seen.len() + 1).to_string(),
        }
    }
}

fn queries(kinds: &[&str], pairs: &[(&str, &str)]) -> Vec<ListQuery> {
    let types = ResourceTypes::standard();
    let kinds: Vec<_> = types.all().into_iter().filter(|kind| kinds.contains(&kind.name.as_str())).collect();
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    ListQuery::parse_each(&pairs, &kinds).unwrap()
}

async fn check(people: Vec<Somebody>, crews: Vec<Crew>, asks: Vec<Ask>) {
    let room = Room::new();
    let (users, groups) = populate(&room, &people, &crews).await;
    let ids: Vec<&str> = users.iter().chain(&groups).map(|one| one["id"].as_str().unwrap()).collect();
    for mut ask in asks {
        if let Some(filter) = &mut ask.filter {
            // From the end, so that @1 is not taken for a part of @12.
            for n in (0..16).rev() {
                let id = ids.get(n).copied().unwrap_or("01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11");
                *filter = filter.replace(&format!("@{n}\""), &format!("{id}\""));
            }
        }
        let count = ask.count.to_string();
        let mut pairs = vec![("count", count.as_str())];
        pairs.extend(ask.filter.as_deref().map(|filter| ("filter", filter)));
        if let Some((by, descending)) = ask.sort {
            pairs.extend([("sortBy", by), ("sortOrder", if descending { "descending" } else { "ascending" })]);
        }
        let expected = naive(&queries(ask.kinds, &pairs), &users, &groups);
        let seen = walk(&room, &ask, &pairs, expected.len()).await;
        let names = |list: &[Value]| list.iter().map(|one| one["id"].to_string()).collect::<Vec<_>>();
        assert_eq!(names(&seen), names(&expected), "{ask:?}");
        assert_eq!(seen, expected, "{ask:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn all_pages_together_are_what_a_naive_reader_finds(
        people in prop::collection::vec(somebody(), 0..10),
        crews in prop::collection::vec(crew(), 0..6),
        asks in prop::collection::vec(ask(), 24),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(check(people, crews, asks));
    }
}
