//! What was not done, and why.

use super::{query, told};
use crate::model::{
    event::{Action, Event},
    finding::Code,
};

#[test]
fn a_refusal_says_what_was_tried_and_why_not() {
    use Action as A;
    let nothing = |_: &mut Event| {};
    let found = |code: u8, detail: &'static str| {
        move |event: &mut Event| {
            event.findings = vec![Code(code)];
            event.detail = Some(detail.to_owned());
        }
    };
    let rows: &[(String, &str)] = &[
        (
            told(A::Create, 400, |e| {
                found(29, "userName \"grace\" is not an e-mail address. In Okta: …")(e);
                e.user_name = Some("grace".to_owned());
            }),
            "Okta tried to create grace, and was refused: the user name is not an e-mail address (D29).",
        ),
        (
            told(A::Create, 400, found(50, "The role \"boss\" is none.")),
            "Okta tried to create ada@harbor.example, and was refused: there is no such role (D50).",
        ),
        (
            told(A::Create, 409, found(36, "A user named …")),
            "Okta tried to create ada@harbor.example, who is here already (D36).",
        ),
        (
            told(A::GroupPush, 409, |e| e.method = "POST".to_owned()),
            "Okta tried to create the group Engineering, which is here already.",
        ),
        (
            told(A::Update, 409, found(33, "Another user has the userName.")),
            "Okta tried to change ada@harbor.example, and was refused: the new e-mail address cannot be taken (D33).",
        ),
        (
            told(A::Update, 404, |e| {
                e.user_name = None;
                e.findings = vec![Code(35)];
            }),
            "Okta tried to change a user who is not here (D35).",
        ),
        (told(A::Read, 404, |e| e.user_name = None), "Okta tried to read a user who is not here."),
        (told(A::GroupPush, 404, |e| e.group_name = None), "Okta tried to push a group that is not here."),
        (
            told(A::Update, 412, nothing),
            "Okta tried to change ada@harbor.example, and was refused: it had changed meanwhile.",
        ),
        (
            told(A::Create, 429, nothing),
            "Okta tried to create ada@harbor.example, and was told to wait: its requests came too fast.",
        ),
        (told(A::Create, 500, nothing), "Okta tried to create ada@harbor.example, and scimroom failed (500)."),
        (
            told(A::Deactivate, 503, nothing),
            "Okta tried to deactivate ada@harbor.example, and scimroom was too busy or about to stop (503).",
        ),
        (
            told(A::Delete, 403, found(6, "The scope of this token does not cover the request.")),
            "Okta tried to delete ada@harbor.example, and was refused: its token may only read (D06).",
        ),
        (
            told(A::CredentialTest, 403, |e| {
                e.detail =
                    Some("SCIM provisioning needs the enterprise plan, and this one is free. Ask an owner.".to_owned());
            }),
            "Okta tried to test its connection, and was refused: SCIM provisioning needs the enterprise plan, and this one \
             is free.",
        ),
        (
            told(A::Lookup, 400, |e| {
                query("filter=userName%20xx%20%22a%22")(e);
                e.detail = Some("The filter has no operator \"x. y\" at column 10: use eq.".to_owned());
            }),
            "Okta tried to search the users (userName xx \"a\"), and was refused: the filter has no operator \"x. y\" at \
             column 10.",
        ),
        (told(A::Bulk, 413, nothing), "Okta tried to send several operations at once, and was refused (413)."),
        (told(A::Bulk, 501, nothing), "Okta tried to send several operations at once, which scimroom does not do."),
    ];
    for (said, wanted) in rows {
        assert_eq!(said, wanted);
    }
}

#[test]
fn credentials_and_paths_are_told_by_their_mistake() {
    use Action as A;
    let refused = |code: u8| {
        told(A::SignInRefused, 401, |event| {
            event.findings = vec![Code(code)];
            event.token_name = None;
        })
    };
    let rows: &[(String, &str)] = &[
        (refused(8), "Okta asked for /Users without a token, and was refused (D08)."),
        (refused(4), "Okta asked for /Users with a token that is not known here, and was refused (D04)."),
        (refused(2), "Okta asked for /Users with the word Bearer twice, and was refused (D02)."),
        (
            told(A::SignInRefused, 401, |event| {
                event.user_agent = Some("scim2-cli/0.1 python".to_owned());
                event.token_name = Some("Old laptop".to_owned());
                event.findings = vec![Code(5)];
                event.method = "POST".to_owned();
                event.repeats = 1_037;
            }),
            "scim2-cli (token Old laptop) sent POST /Users with a token that was revoked or has expired, and was refused \
             (D05), 1,037 times in all.",
        ),
        (
            told(A::Astray, 404, |event| {
                event.user_agent = None;
                event.token_name = None;
            }),
            "A request without a token of ours asked for /Users: it missed the base path /scim/v2.",
        ),
        (
            told(A::Astray, 404, |event| event.findings = vec![Code(9)]),
            "Okta asked for /Users: it missed the base path /scim/v2 (D09).",
        ),
        (
            told(A::Astray, 404, |event| {
                event.path = "/scim/v2/Users/Users".to_owned();
                event.findings = vec![Code(10)];
            }),
            "Okta asked for /Users/Users: the base URL holds a part too much (D10).",
        ),
        (
            told(A::Astray, 404, |event| event.path = "/scim/v2/Devices".to_owned()),
            "Okta asked for /Devices: there is nothing at that path.",
        ),
        (
            told(A::Astray, 501, |event| event.path = "/scim/v2/Me".to_owned()),
            "Okta asked for /Me, which scimroom does not do.",
        ),
        (
            told(A::Astray, 404, |event| {
                event.user_agent = Some("Mozilla/5.0 (X11)".to_owned());
                event.token_name = None;
            }),
            "A browser asked for /Users: it missed the base path /scim/v2.",
        ),
    ];
    for (said, wanted) in rows {
        assert_eq!(said, wanted);
    }
}
