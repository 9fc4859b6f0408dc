//! The mistakes of an Okta admin that a client can play: one row a mistake of the catalogue.
//!
//! A row says what is typed or ticked wrongly ([`Setup`]) or what happens in an unlucky order ([`Story`]); everything
//! else is sent as by an app that is set up well, with the mistake in every request that would carry it. Mistakes of which
//! nothing reaches a server have no row, nor have faults of the server itself. A revoked token and one that may only read
//! (D05, D06) need none: any scenario plays them.

use serde_json::json;

use super::{mapping, missteps::Story, mistake::Mistake, setup::Setup};
use crate::model::finding::Code;

/// A row as most are: everybody is assigned, and it shows at once.
const fn row(name: &'static str, code: u8, what: &'static str, setup: Setup) -> Mistake {
    Mistake { name, code: Code(code), what, wait: None, people: 1, setup, story: Story::Assign }
}

/// A row that is a matter of order.
const fn order(name: &'static str, code: u8, what: &'static str, people: u32, story: Story) -> Mistake {
    Mistake { people, story, ..row(name, code, what, Setup::RIGHT) }
}

/// A row that shows when nothing came for so long.
const fn silence(mistake: Mistake, wait: &'static str) -> Mistake {
    Mistake { wait: Some(wait), ..mistake }
}

/// A row that takes so many people.
const fn row_of(people: u32, mistake: Mistake) -> Mistake {
    Mistake { people, ..mistake }
}

/// In the order of their codes.
pub(super) const ROWS: &[Mistake] = &[
    row(
        "misconfigured-no-bearer",
        1,
        "The token is sent without the word Bearer in front of it.",
        Setup { authorization: |token| Some(token.to_owned()), ..Setup::RIGHT },
    ),
    row(
        "misconfigured-double-bearer",
        2,
        "The word Bearer was pasted with the token into a field that adds it by itself.",
        Setup { authorization: |token| Some(format!("Bearer Bearer {token}")), ..Setup::RIGHT },
    ),
    row(
        "misconfigured-stray-blanks",
        3,
        "Blanks were pasted with the token.",
        Setup { authorization: |token| Some(format!("Bearer   {token}")), ..Setup::RIGHT },
    ),
    row(
        "misconfigured-unknown-token",
        4,
        "The token is one that this service never issued.",
        Setup { authorization: |_| Some("Bearer 9f2c7a51e0b84d6fa3c1".to_owned()), ..Setup::RIGHT },
    ),
    row(
        "misconfigured-basic",
        7,
        "The authentication mode is Basic, with a user name and a password.",
        // okta:password
        Setup { authorization: |_| Some("Basic b2t0YTpwYXNzd29yZA==".to_owned()), ..Setup::RIGHT },
    ),
    row(
        "misconfigured-no-authorization",
        8,
        "The token field is empty, so that no Authorization header is sent.",
        Setup { authorization: |_| None, ..Setup::RIGHT },
    ),
    row(
        "misconfigured-base-url",
        9,
        "The base URL is the address of the service alone, without its path.",
        Setup { base: mapping::without_path, ..Setup::RIGHT },
    ),
    row(
        "misconfigured-doubled-path",
        10,
        "The base URL ends in /Users, which Okta adds by itself.",
        Setup { base: |url| format!("{url}/Users"), ..Setup::RIGHT },
    ),
    row(
        "misconfigured-trailing-slash",
        11,
        "The base URL ends in a slash.",
        Setup { base: |url| format!("{url}/"), ..Setup::RIGHT },
    ),
    Mistake {
        story: Story::VersionOne,
        ..row(
            "misconfigured-scim-one",
            13,
            "The app was made from a template of SCIM 1.1.",
            Setup { body: mapping::version_one, ..Setup::RIGHT },
        )
    },
    silence(
        order("misconfigured-never-enabled", 19, "Provisioning was never enabled: nothing is sent.", 0, Story::Nothing),
        "half an hour after the token was made",
    ),
    silence(
        order(
            "misconfigured-tests-only",
            20,
            "The credentials were tested and saved, and then nobody was pushed: the people were assigned before.",
            0,
            Story::TestsOnly,
        ),
        "after half an hour",
    ),
    silence(
        order(
            "misconfigured-create-off",
            23,
            "Create Users is not ticked: people are looked up, and no more.",
            1,
            Story::LookUp,
        ),
        "after 10 seconds",
    ),
    silence(
        order(
            "misconfigured-update-off",
            24,
            "Update User Attributes is not ticked: no changed profile arrives.",
            10,
            Story::Assign,
        ),
        "14 days after the first person arrived",
    ),
    silence(
        order(
            "misconfigured-deactivate-off",
            25,
            "Deactivate Users is not ticked: nobody ever leaves.",
            21,
            Story::PushOnce,
        ),
        "30 days after the first person arrived",
    ),
    silence(
        row(
            "misconfigured-wrong-type",
            27,
            "The attribute title was added with the data type string array, so that every push of it is refused.",
            Setup { body: |user, _| drop(user.insert("title".to_owned(), json!(["Analyst", "Lead"]))), ..Setup::RIGHT },
        ),
        "after 10 minutes",
    ),
    row(
        "misconfigured-user-name-format",
        29,
        "Application username format is not Email: the user name lacks @ and domain.",
        Setup { person: |_, person| person.user_name = mapping::local_part(&person.user_name), ..Setup::RIGHT },
    ),
    row(
        "misconfigured-unique-identifier",
        30,
        "Unique identifier field for users is email in place of userName.",
        Setup { lookup: |person| ("email", &person.email), ..Setup::RIGHT },
    ),
    order(
        "misconfigured-taken-name",
        33,
        "A person's user name is changed in Okta to one that a colleague has.",
        2,
        Story::TakenName,
    ),
    order(
        "misconfigured-wrong-lookup",
        34,
        "A custom user name expression gives a leaver the name of a colleague on the way back.",
        2,
        Story::WrongLookup,
    ),
    order(
        "misconfigured-account-gone",
        35,
        "An account was deleted in the service behind Okta's back. The simulator deletes it with a DELETE.",
        2,
        Story::AccountGone,
    ),
    order(
        "misconfigured-create-existing",
        36,
        "People who are here already are created again without a lookup that finds them.",
        1,
        Story::CreateExisting,
    ),
    order(
        "misconfigured-created-twice",
        38,
        "People who were assigned before provisioning was enabled are created by two jobs at once.",
        1,
        Story::CreateTwice,
    ),
    order(
        "misconfigured-undone-return",
        39,
        "A person is reactivated and assigned in quick succession, and a late push still says inactive.",
        2,
        Story::UndoneReturn,
    ),
    Mistake {
        story: Story::Return,
        people: 2,
        ..row(
            "misconfigured-refused-return",
            40,
            "A leaver comes back with an attribute that has a wrong data type.",
            Setup { body: mapping::wrong_on_return, ..Setup::RIGHT },
        )
    },
    order(
        "misconfigured-small-import",
        45,
        "An import finds far fewer people than the one before. The simulator deletes them with a DELETE.",
        10,
        Story::SmallImport,
    ),
    row_of(
        3,
        row(
            "misconfigured-no-role",
            46,
            "The attribute Common Room Role has no external namespace, so that it is not sent.",
            Setup { person: |_, person| person.role = None, ..Setup::RIGHT },
        ),
    ),
    row(
        "misconfigured-namespace",
        48,
        "The external namespace of Common Room Role is mistyped.",
        Setup { body: mapping::mistyped_namespace, ..Setup::RIGHT },
    ),
    row(
        "misconfigured-role-as-text",
        49,
        "Common Room Role was added with the external name roles and the type string.",
        Setup { body: |user, person| drop(user.insert("roles".to_owned(), json!(person.role))), ..Setup::RIGHT },
    ),
    row(
        "misconfigured-unknown-role",
        50,
        "The list of values of Common Room Role offers Admin, which is no role.",
        Setup { person: |_, person| person.role = Some("Admin".to_owned()), ..Setup::RIGHT },
    ),
    row(
        "misconfigured-two-roles",
        51,
        "Two attributes give a person two roles, both primary.",
        Setup { body: mapping::two_roles, ..Setup::RIGHT },
    ),
    row_of(
        6,
        row(
            "misconfigured-some-roles",
            52,
            "The attribute type of Common Room Role is Personal: who is assigned through a group has no role.",
            Setup { person: |index, person| person.role = person.role.take().filter(|_| index < 2), ..Setup::RIGHT },
        ),
    ),
    Mistake {
        story: Story::PushOnce,
        ..row(
            "misconfigured-role-dropped",
            53,
            "Common Room Role was emptied on the assignment: people who had a role are pushed without one.",
            Setup { body: mapping::role_dropped, ..Setup::RIGHT },
        )
    },
    row(
        "misconfigured-missing-attributes",
        54,
        "The mapping of the last name was removed.",
        Setup { body: mapping::without_family_name, ..Setup::RIGHT },
    ),
    row(
        "misconfigured-deleted-defaults",
        55,
        "The default mappings of display name and primary e-mail type were deleted.",
        Setup { body: mapping::without_defaults, ..Setup::RIGHT },
    ),
    order(
        "misconfigured-group-race",
        58,
        "One group is both assigned and pushed: it is pushed while its people are being created.",
        1,
        Story::GroupRace,
    ),
    order(
        "misconfigured-group-strangers",
        59,
        "A group is pushed whose people are not assigned to the app.",
        0,
        Story::GroupStrangers,
    ),
    order(
        "misconfigured-group-gone",
        60,
        "A pushed group was deleted in the service behind Okta's back. The simulator deletes it with a DELETE.",
        0,
        Story::GroupGone,
    ),
    order(
        "misconfigured-group-name-taken",
        61,
        "A group is pushed under a name that another one has, instead of being linked to it.",
        0,
        Story::GroupNameTaken,
    ),
    Mistake {
        story: Story::LastOwner,
        ..row(
            "misconfigured-last-owner",
            73,
            "The only owner is unassigned from the app.",
            Setup { person: mapping::only_owner, ..Setup::RIGHT },
        )
    },
];
