//! The command line: one file a subcommand.
//!
//! This layer sits on top of all others. It reads the arguments ([`Cli`]), lays the settings over each other
//! ([`settings`]), finds or starts the service that a command talks to ([`attach`]), and prints ([`output`]). Every
//! command goes through the admin API, also when the service runs in this very process, so that nothing works here
//! that would not work from afar.

pub mod attach;
pub mod credentials;
pub mod output;
pub mod settings;

mod dashboard;
mod demo;
mod diagnose;
mod event;
mod event_export;
mod group;
mod login;
mod man;
mod seed;
mod serve;
mod setup;
mod signals;
mod simulate;
mod successor;
mod token;
mod user;
mod workspace;

use std::{io, net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{ArgAction, Args, Parser, Subcommand};

use crate::{
    cli::{
        attach::{AttachError, Connection, Start},
        credentials::{Address, CredentialsError},
        output::Output,
        settings::{Given, Settings, SettingsError},
    },
    client::ClientError,
    dashboard::DashboardError,
    directory::local::Refusal,
    model::data_dir::DataDir,
    scim::error::ScimError,
    service::ServiceError,
    simulator::SimulatorError,
    store::StoreError,
};

/// The arguments.
#[derive(Debug, Parser)]
#[command(
    name = "scimroom",
    version,
    about = "A SCIM 2.0 service that Okta provisions users into, with a terminal dashboard",
    long_about = "A SCIM 2.0 service that Okta provisions users into, with a terminal dashboard for the admins who \
                  connect it.\n\nWithout a command the dashboard opens. It attaches to the service that runs on the \
                  data directory, or starts one inside when none does.",
    after_help = "Examples:\n  scimroom                                   the dashboard\n  scimroom serve --listen \
                  127.0.0.1:7644     the service alone\n  scimroom token create \"Okta production\"    a token to give \
                  to Okta",
    subcommand_help_heading = "Commands",
    disable_help_subcommand = true
)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(flatten)]
    listen: Listen,
    /// The dashboard as lines that are printed as things happen: for screen readers and pipes.
    #[arg(long)]
    plain: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Args)]
struct Global {
    /// The directory that holds the database, the operator's key and scimroom.toml; made when missing.
    #[arg(long, global = true, env = "SCIMROOM_DATA", value_name = "DIR",
          default_value_os_t = settings::default_data_dir(), help_heading = "Everywhere")]
    data: PathBuf,
    /// Print JSON for programs instead of text for people.
    #[arg(long, global = true, help_heading = "Everywhere")]
    json: bool,
    /// Talk to the service at this address, with the session that `scimroom login` saved, instead of to the one on the
    /// data directory.
    #[arg(long, global = true, env = "SCIMROOM_URL", value_name = "URL", help_heading = "Everywhere")]
    url: Option<String>,
    /// The directory of dashboard.toml (theme, mouse, keys), where the dashboard also keeps what it remembers.
    #[arg(long, global = true, env = "SCIMROOM_CONFIG", value_name = "DIR",
          default_value_os_t = settings::default_config_dir(), help_heading = "Everywhere")]
    config: PathBuf,
}

/// How a service listens that this command starts.
#[derive(Debug, Clone, Default, Args)]
pub struct Listen {
    /// Where the service listens; port 0 takes a free one. [default: 127.0.0.1:7644]
    #[arg(long, env = "SCIMROOM_LISTEN", value_name = "ADDR", value_parser = socket_address)]
    listen: Option<SocketAddr>,
    /// A proxy in front of the service speaks TLS and tells the client's address; this or a certificate is needed to listen on
    /// other than loopback addresses. [default: false]
    #[arg(long, env = "SCIMROOM_BEHIND_PROXY", value_name = "BOOL", action = ArgAction::Set,
          num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    behind_proxy: Option<bool>,
    /// The certificate with which the service speaks TLS, in PEM: the server's first, then those between it and the
    /// authority. It is read anew when it changes.
    #[arg(long, env = "SCIMROOM_TLS_CERTIFICATE", value_name = "FILE")]
    tls_certificate: Option<PathBuf>,
    /// The certificate's private key, in PEM.
    #[arg(long, env = "SCIMROOM_TLS_KEY", value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// How many SCIM requests a second one token may send, with bursts of twice as many; what is beyond is answered 429
    /// and Okta comes back later. 0 for no limit. [default: 50]
    #[arg(long, env = "SCIMROOM_RATE_LIMIT", value_name = "N")]
    rate_limit: Option<u32>,
}

impl Listen {
    /// What was said nearest to the command wins over what was said before it.
    fn over(self, outer: Self) -> Given {
        Given {
            listen: self.listen.or(outer.listen),
            behind_proxy: self.behind_proxy.or(outer.behind_proxy),
            tls_certificate: self.tls_certificate.or(outer.tls_certificate),
            tls_key: self.tls_key.or(outer.tls_key),
            rate_limit: self.rate_limit.or(outer.rate_limit),
        }
    }
}

fn socket_address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "expected an IP address and a port, such as 127.0.0.1:7644 or [::1]:7644")
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show everything on a throw-away workspace: the service, simulated traffic from Okta and the dashboard.
    #[command(
        after_help = "Examples: scimroom demo\n          scimroom demo --mistake create-off\n\nNothing is kept: the data directory is a temporary one."
    )]
    Demo(demo::DemoArgs),
    /// Run the service until Ctrl-C or SIGTERM.
    #[command(after_help = "Example: scimroom serve --data /var/lib/scimroom --listen 127.0.0.1:7644")]
    Serve(serve::ServeArgs),
    /// Fill the workspace with invented people and groups, for trying out and for measuring.
    #[command(after_help = "Example: scimroom seed --data /tmp/room --users 100000\n\nNo service may run on the data \
                            directory meanwhile. Afterwards `scimroom simulate okta` with the same seed goes on with \
                            these people.")]
    Seed(seed::SeedArgs),
    #[command(flatten)]
    Ask(Ask),
    /// Sign in to a service elsewhere with a one-time code, and keep the session.
    #[command(after_help = "Example: scimroom login https://room.harbor.example --code CODE\n\nAn owner makes the \
                            code with `scimroom user sign-in-code EMAIL`. Afterwards every command takes --url.")]
    Login(login::LoginArgs),
    /// Sign out of a service and forget the session.
    #[command(after_help = "Example: scimroom logout https://room.harbor.example")]
    Logout(login::LogoutArgs),
    /// Send simulated provisioning traffic.
    #[command(subcommand)]
    Simulate(simulate::SimulateCommand),
    /// Print the man page, with the dashboard's keys.
    #[command(after_help = "Example: scimroom man > /usr/local/share/man/man1/scimroom.1")]
    Man,
    /// Print a completion script for a shell.
    #[command(after_help = "Example: scimroom completions bash > /etc/bash_completion.d/scimroom")]
    Completions(man::CompletionsArgs),
}

/// The commands that ask the service something.
#[derive(Debug, Subcommand)]
enum Ask {
    /// Create, list and revoke the tokens with which Okta calls SCIM.
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Show users, change their roles, deactivate them, let them sign in.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Show the groups that Okta pushed, and map them to roles.
    #[command(subcommand)]
    Group(group::GroupCommand),
    /// Read the recorded requests of Okta.
    #[command(subcommand)]
    Event(event::EventCommand),
    /// Show the setup checklist; exit code 0 when it is complete, 1 while it is not.
    #[command(after_help = "Example: scimroom setup")]
    Setup,
    /// Name what is wrong with the set-up, and the click that mends it.
    #[command(after_help = "Example: scimroom diagnose")]
    Diagnose,
    /// Show or change the workspace's settings.
    #[command(subcommand)]
    Workspace(workspace::WorkspaceCommand),
}

impl Ask {
    /// For how long a service is needed that this command has to start itself.
    const fn start(&self) -> Start {
        match self {
            Self::Event(command) if command.is_lasting() => Start::Lasting,
            _ => Start::Brief,
        }
    }

    fn listen(&self) -> Listen {
        match self {
            Self::Event(command) => command.listen(),
            _ => Listen::default(),
        }
    }

    async fn run(self, connection: &mut Connection, out: &Output) -> Result<ExitCode, Failure> {
        match self {
            Self::Token(command) => token::run(command, connection, out).await,
            Self::User(command) => user::run(command, connection, out).await,
            Self::Group(command) => group::run(command, connection, out).await,
            Self::Event(command) => event::run(command, connection, out).await,
            Self::Setup => setup::run(connection, out).await,
            Self::Diagnose => diagnose::run(connection, out).await,
            Self::Workspace(command) => workspace::run(command, connection, out).await,
        }
    }
}

/// Why a command did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The service refused or did not answer.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The service inside could not run.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// There is no service to talk to.
    #[error(transparent)]
    Attach(#[from] AttachError),
    /// The store of a data directory without a service failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was invented does not hold.
    #[error("{}", .0.detail)]
    Scim(#[from] ScimError),
    /// An invented change is refused.
    #[error(transparent)]
    Local(#[from] Refusal),
    /// The settings file does not hold.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The saved sessions cannot be read or written.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The dashboard could not go on.
    #[error(transparent)]
    Dashboard(#[from] DashboardError),
    /// The simulated traffic could not begin.
    #[error(transparent)]
    Simulator(#[from] SimulatorError),
    /// Standard output cannot be written to.
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
    /// Something else of the system refused.
    #[error("{what}: {reason}")]
    System {
        /// What was wanted.
        what: &'static str,
        /// What the system said.
        reason: io::Error,
    },
    /// The dashboard needs a terminal.
    #[error(
        "the dashboard needs a terminal on standard input and output: start it in one, or run `scimroom serve` for the \
         service alone"
    )]
    NoTerminal,
    /// The service ended the stream and will not have us back.
    #[error("{0}")]
    Refused(String),
    /// The arguments do not fit together.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    /// 2 for usage and a missing terminal, 1 for what failed. Whoever stops reading our output has what they wanted.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::NoTerminal | Self::Usage(_) => ExitCode::from(2),
            _ if self.is_broken_pipe() => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }
    }

    /// Whether the reader of our output went away.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl Cli {
    /// What of the service's log goes to standard error, in `tracing`'s filter notation; none for commands that draw
    /// on the terminal.
    pub fn log_filter(&self) -> Option<&str> {
        match &self.command {
            None | Some(Command::Demo(_)) => None,
            Some(Command::Serve(args)) => Some(args.log()),
            Some(_) => Some("warn"),
        }
    }
}

/// Carries out what the arguments say.
///
/// # Errors
/// [`Failure`], whose text is one sentence for people.
pub async fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let Cli { global, listen, plain, command } = cli;
    if plain && command.is_some() {
        let words = "--plain is for the dashboard, which opens without a command: leave one of the two out";
        return Err(Failure::Usage(words.to_owned()));
    }
    let out = Output::new(global.json);
    let data = DataDir::new(global.data);
    let address = global.url.as_deref().map(Address::new);
    let load = |inner: Listen| Settings::load(data.clone(), &inner.over(listen.clone()));
    match command {
        None => dashboard::run(&load(Listen::default())?, address.as_ref(), &global.config, plain).await,
        Some(Command::Demo(args)) => demo::run(args, &global.config).await,
        Some(Command::Serve(args)) => serve::run(&load(args.listen)?, &out).await,
        Some(Command::Seed(args)) => seed::run(args, &load(Listen::default())?, &out).await,
        Some(Command::Login(args)) => login::login(&data, args, &out).await,
        Some(Command::Logout(args)) => login::logout(&data, args).await,
        Some(Command::Simulate(command)) => simulate::run(command, &out).await,
        Some(Command::Man) => man::man().map(|()| ExitCode::SUCCESS),
        Some(Command::Completions(args)) => man::completions(&args).map(|()| ExitCode::SUCCESS),
        Some(Command::Ask(ask)) => {
            let settings = load(ask.listen())?;
            let mut connection = Connection::open(&settings, address.as_ref(), ask.start(), |_| {}).await?;
            let done = ask.run(&mut connection, &out).await;
            let closed = connection.close().await;
            let code = done?;
            closed?;
            Ok(code)
        }
    }
}
