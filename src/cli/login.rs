//! `scimroom login` and `scimroom logout`: sessions on services elsewhere.

use std::{io, process::ExitCode};

use clap::Args;
use serde::Serialize;

use crate::{
    cli::{
        Failure,
        credentials::{Address, Credentials},
        output::{Output, note, visible, when},
    },
    client::{Client, ClientError},
    model::{data_dir::DataDir, role::Role, secret::Secret, time::Timestamp},
};

/// `login`.
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// The address of the service, such as `https://room.harbor.example`.
    #[arg(value_name = "URL")]
    address: String,
    /// The one-time code. [default: one line of standard input]
    #[arg(long)]
    code: Option<String>,
}

/// `logout`.
#[derive(Debug, Args)]
pub struct LogoutArgs {
    /// The address of the service. [default: the only one signed in to]
    #[arg(value_name = "URL")]
    address: Option<String>,
}

/// Who is signed in now, without the credential.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SignedIn {
    url: String,
    user_name: String,
    role: Role,
    expires: Timestamp,
}

/// Signs in and keeps the session.
pub async fn login(data: &DataDir, args: LoginArgs, out: &Output) -> Result<ExitCode, Failure> {
    let address = Address::new(&args.address);
    let code = match args.code {
        Some(code) => code,
        None => read_code()?,
    };
    // Read before the code is used up, so that a file that cannot be read does not waste it.
    let mut credentials = Credentials::load(data)?;
    let session = Client::new(address.as_str(), None)?.sign_in(Secret::new(code.trim())).await?;
    credentials.insert(&address, session.session);
    credentials.save(data)?;
    let signed_in = SignedIn {
        url: address.as_str().to_owned(),
        user_name: session.user_name,
        role: session.role,
        expires: session.expires,
    };
    out.show(&signed_in, |signed_in| {
        format!(
            "Signed in as {} ({}) until {}. Other commands use the session with --url {}",
            visible(&signed_in.user_name),
            signed_in.role,
            when(signed_in.expires),
            signed_in.url,
        )
    })?;
    Ok(ExitCode::SUCCESS)
}

fn read_code() -> Result<String, Failure> {
    note("The code:");
    let mut code = String::new();
    io::stdin()
        .read_line(&mut code)
        .map_err(|reason| Failure::System { what: "the code cannot be read from standard input", reason })?;
    Ok(code)
}

/// Ends the session and forgets it. One that the service has ended already, or that it cannot be asked about, is
/// forgotten all the same.
pub async fn logout(data: &DataDir, args: LogoutArgs) -> Result<ExitCode, Failure> {
    let mut credentials = Credentials::load(data)?;
    let address = match args.address {
        Some(url) => Address::new(&url),
        None => only(&credentials)?,
    };
    let session = credentials
        .remove(&address)
        .ok_or_else(|| Failure::Usage(format!("nobody is signed in at {}", visible(address.as_str()))))?;
    let ended = Client::new(address.as_str(), Some(session))?.sign_out().await;
    credentials.save(data)?;
    match ended {
        Ok(()) => note(&format!("Signed out of {}.", address.as_str())),
        Err(error) if error.status() == Some(401) => {
            note(&format!("The session at {} had ended already; it is forgotten.", address.as_str()));
        }
        Err(error @ ClientError::Unreachable { .. }) => {
            note(&format!("The session is forgotten here, but could not be ended on the service: {error}"));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(ExitCode::SUCCESS)
}

fn only(credentials: &Credentials) -> Result<Address, Failure> {
    let mut addresses: Vec<Address> = credentials.addresses().collect();
    match (addresses.pop(), addresses.is_empty()) {
        (None, _) => Err(Failure::Usage("nobody is signed in anywhere".to_owned())),
        (Some(only), true) => Ok(only),
        (Some(_), false) => {
            let all: Vec<String> = credentials.addresses().map(|address| address.as_str().to_owned()).collect();
            Err(Failure::Usage(format!("signed in to several services, name one of them: {}", all.join(", "))))
        }
    }
}
