//! Users as files: CSV for spreadsheets, JSON Lines for programs. A file is made with its first part and grows with each
//! further one; nothing but the part in hand is held.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
};

use crate::{
    client::Client,
    dashboard::{message::Failure, text, user_table},
    model::user::{User, UserQuery},
};

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values (RFC 4180), with a line of headings.
    Csv,
    /// One JSON object a line, as the admin API gives it.
    JsonLines,
}

/// A part of a file: one window of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Whose part it is.
    pub number: u64,
    /// The file's name; `~/` stands for the home directory.
    pub path: String,
    /// Its form.
    pub format: Format,
    /// The window.
    pub query: UserQuery,
}

/// What became of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// How many people it had.
    pub people: u64,
    /// How many there are in all.
    pub total: u64,
    /// Where the next part begins; none: the list is at its end.
    pub next: Option<String>,
}

impl Format {
    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::JsonLines => "JSON Lines",
        }
    }

    /// How the names of its files end.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => ".csv",
            Self::JsonLines => ".jsonl",
        }
    }

    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::Csv => Self::JsonLines,
            Self::JsonLines => Self::Csv,
        }
    }

    fn text(self, users: &[User], first: bool) -> String {
        let mut text = String::new();
        if self == Self::Csv && first {
            text.push_str(HEADINGS);
        }
        for user in users {
            match self {
                Self::Csv => csv_line(&mut text, user),
                Self::JsonLines => {
                    text.push_str(&serde_json::to_string(user).unwrap_or_default());
                    text.push('\n');
                }
            }
        }
        text
    }
}

const HEADINGS: &str = "userName,displayName,role,source,oktaRole,state,externalId,created,lastModified,id\r\n";

fn csv_line(text: &mut String, user: &User) {
    let fields = [
        user.user_name.as_str(),
        user.display_name.as_deref().unwrap_or_default(),
        user.role.as_str(),
        user.role_source.as_str(),
        user.okta_role.map_or("", |role| role.as_str()),
        user_table::standing(user),
        user.external_id.as_deref().unwrap_or_default(),
        &user.created.to_string(),
        &user.last_modified.to_string(),
        &user.id.to_string(),
    ];
    for (place, field) in fields.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        text.push_str(&csv_field(field));
    }
    text.push_str("\r\n");
}

/// A field as RFC 4180 wants it. Spreadsheets run what begins like a formula, and a name comes from outside: an apostrophe
/// in front makes a text of it.
fn csv_field(field: &str) -> String {
    let formula = field.trim_start().starts_with(['=', '+', '-', '@']) || field.starts_with(['\t', '\r', '\n']);
    let field = if formula { format!("'{field}") } else { field.to_owned() };
    if field.contains(['"', ',', '\n', '\r', '\'']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

fn path_of(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

/// Reads a window and writes it: the first one to a new file, the others behind it.
///
/// # Errors
/// The sentence to show.
pub async fn write(client: &Client, part: Part) -> Result<Written, String> {
    let page = client.users(&part.query).await.map_err(|error| Failure::from(error).sentence)?;
    let people = u64::try_from(page.users.len()).unwrap_or(u64::MAX);
    let written = Written { people, total: page.total, next: page.next };
    let first = part.query.after.as_deref() == Some("");
    let text = part.format.text(&page.users, first);
    put(part.path, first, text.into_bytes()).await?;
    Ok(written)
}

/// Writes a part of a file: the first one to a new file that only its owner may read, the others behind it.
///
/// # Errors
/// The sentence to show.
pub async fn put(path: String, first: bool, text: Vec<u8>) -> Result<(), String> {
    let task = move || append(&path, first, &text).map_err(|error| (error, path));
    let done = tokio::task::spawn_blocking(task).await.map_err(|_| "The file was not written.".to_owned())?;
    done.map_err(|(error, path)| match error.kind() {
        io::ErrorKind::AlreadyExists => format!("{path} is there already: give another name."),
        _ => text::sentence(&format!("{path} could not be written: {error}")),
    })
}

fn append(path: &str, first: bool, text: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    if first {
        // Never over an existing file.
        options.write(true).create_new(true).mode(0o600);
    } else {
        options.append(true);
    }
    let path = path_of(path);
    let mut file = options.open(&path)?;
    file.write_all(text).inspect_err(|_| {
        if first {
            // Nobody is told of a file then: none is left.
            drop(fs::remove_file(&path));
        }
    })
}

/// Removes a file that was given up half way.
pub async fn remove(path: String) -> Result<(), String> {
    let gone = tokio::task::spawn_blocking(move || fs::remove_file(path_of(&path)).map_err(|error| (error, path)));
    match gone.await {
        Ok(Err((error, path))) => Err(text::sentence(&format!("The half of {path} could not be removed: {error}"))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::dashboard::tests::fixtures::people;

    #[test]
    fn no_field_becomes_a_formula_or_breaks_its_line() {
        assert_eq!(csv_field("ada"), "ada");
        assert_eq!(csv_field("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(csv_field(" @sum"), "\"' @sum\"");
        assert_eq!(csv_field("King, Ada"), "\"King, Ada\"");
        assert_eq!(csv_field("two\nlines"), "\"two\nlines\"");
    }

    #[test]
    fn a_file_grows_by_parts_is_private_and_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("users.csv");
        let (name, people) = (path.to_str().unwrap(), people());
        append(name, true, Format::Csv.text(&people[..2], true).as_bytes()).unwrap();
        assert_eq!(append(name, true, b"x").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        append(name, false, Format::Csv.text(&people[2..3], false).as_bytes()).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[0].starts_with("userName,displayName,role"));
        assert!(
            lines[1].starts_with("sakura.tanaka@harbor.example,田中さくら,viewer,default,,active,"),
            "{}",
            lines[1]
        );
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let json = Format::JsonLines.text(&people[..1], true);
        assert_eq!(serde_json::from_str::<User>(json.trim_end()).unwrap(), people[0]);
    }
}
