//! Who calls, and the sentence for everybody who may not.

use crate::{
    diagnosis::Catalogue,
    directory::{
        request::{Notes, Outcome, Reply, TokenRef},
        tokens::{self, AuthFault, Bearer},
    },
    model::{event::Action, finding::Code, token::TokenScope, workspace::Plan},
    scim::error::ScimError,
    service::{
        app::App,
        scim::{intake::Intake, routes::too_fast},
    },
    store::StoreError,
};

const CHALLENGE: &str = "Bearer realm=\"scimroom\"";
const CHALLENGE_TOKEN: &str = "Bearer realm=\"scimroom\", error=\"invalid_token\"";
const SCOPE_TOO_SMALL: Code = Code(6);

/// Lets a caller with a good token pass, or says what is wrong with the credentials.
pub(super) async fn check(app: &App, intake: &mut Intake) -> Result<Result<(), Box<Outcome>>, StoreError> {
    let header = intake.headers.get(http::header::AUTHORIZATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let judged = tokens::authenticate(&*app.store, header.as_deref(), intake.request.at).await?;
    let bearer = match judged {
        Ok(bearer) => bearer,
        Err(fault) => return Ok(Err(Box::new(refusal(intake, &fault)))),
    };
    let writes = !matches!(intake.method, http::Method::GET | http::Method::HEAD) && !intake.is_search();
    let Bearer { token, scope } = bearer;
    let limited = app.limits.of_token(token.id);
    intake.amend(|request| request.carries(token));
    if let Err(secs) = limited {
        return Ok(Err(Box::new(too_fast(intake, secs))));
    }
    app.recorder.overtaken(app, intake.request.address.as_deref()).await;
    if writes && scope == TokenScope::Read {
        return Ok(Err(Box::new(out_of_scope(intake))));
    }
    let plan = app.store.workspace().await?.plan;
    if plan != Plan::Enterprise {
        let error = ScimError::forbidden(format!(
            "SCIM provisioning needs the enterprise plan, and this workspace is on the {plan} plan. Ask an owner of the \
             workspace to change the plan; then in Okta: Dashboard > Tasks > Retry Selected."
        ));
        return Ok(Err(Box::new(Outcome::refused(&error, Notes::new(intake.kind())))));
    }
    Ok(Ok(()))
}

/// Attaches the token to a request that went astray, where it carries one of ours, and judges nothing.
pub(super) async fn recognize(app: &App, intake: &mut Intake) -> Result<(), StoreError> {
    let header = intake.header(http::header::AUTHORIZATION).map(str::to_owned);
    if let Ok(bearer) = tokens::authenticate(&*app.store, header.as_deref(), intake.request.at).await? {
        intake.amend(|request| request.carries(bearer.token));
    }
    Ok(())
}

fn refusal(intake: &mut Intake, fault: &AuthFault) -> Outcome {
    let code = code(fault);
    if let AuthFault::Revoked(token) | AuthFault::Expired(token) = fault {
        let token: TokenRef = token.clone();
        intake.amend(|request| request.carries(token));
    }
    let error = ScimError::unauthorized(sentence(code, fault));
    let mut notes = Notes::new(Action::SignInRefused);
    notes.findings.push(code);
    let challenge = if matches!(fault, AuthFault::Missing | AuthFault::Basic) { CHALLENGE } else { CHALLENGE_TOKEN };
    let outcome = Outcome::refused(&error, notes);
    Outcome { reply: Reply { challenge: Some(challenge.to_owned()), ..outcome.reply }, ..outcome }
}

fn out_of_scope(intake: &Intake) -> Outcome {
    let error = ScimError::forbidden(answer(SCOPE_TOO_SMALL).unwrap_or_else(|| {
        "This token may only read. Create a token that may write and paste it into Okta.".to_owned()
    }));
    let mut notes = Notes::new(intake.kind());
    notes.findings.push(SCOPE_TOO_SMALL);
    Outcome::refused(&error, notes)
}

const fn code(fault: &AuthFault) -> Code {
    match fault {
        AuthFault::NoScheme => Code(1),
        AuthFault::DoubleBearer => Code(2),
        AuthFault::Stray => Code(3),
        AuthFault::Unknown | AuthFault::Typo => Code(4),
        AuthFault::Revoked(_) | AuthFault::Expired(_) => Code(5),
        AuthFault::Basic => Code(7),
        AuthFault::Missing => Code(8),
    }
}

fn sentence(code: Code, fault: &AuthFault) -> String {
    let cure = answer(code).unwrap_or_else(|| "The token is not accepted. Check the token in Okta.".to_owned());
    match fault {
        AuthFault::Typo => format!("This token has a typing error: its checksum does not fit. {cure}"),
        _ => cure,
    }
}

fn answer(code: Code) -> Option<String> {
    Catalogue::builtin().entry(code).and_then(|entry| entry.answer.clone())
}
