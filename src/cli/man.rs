//! `scimroom man` and `scimroom completions`: what packages install beside the binary.

use std::io::{self, Write};

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};
use clap_mangen::{
    Man,
    roff::{Roff, bold, roman},
};

use crate::{
    cli::{Cli, Failure},
    dashboard::keys,
};

/// `completions ...`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell.
    shell: Shell,
}

/// Prints the man page: the arguments, every command with its own, and the dashboard's keys.
pub fn man() -> Result<(), Failure> {
    let mut page = Vec::new();
    write_page(&mut page).and_then(|()| print(&page)).map_err(Failure::Output)
}

/// Prints a completion script.
pub fn completions(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "scimroom", &mut script);
    print(&script).map_err(Failure::Output)
}

fn print(text: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text)?;
    out.flush()
}

fn write_page(page: &mut Vec<u8>) -> io::Result<()> {
    // The defaults of directories are those of whoever makes the page.
    let of_directory = |argument: clap::Arg| argument.hide_default_value(true);
    let mut command = Cli::command().mut_arg("data", of_directory).mut_arg("config", of_directory);
    command.build();
    let man = Man::new(command.clone());
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)?;
    let mut commands = Roff::new();
    commands.control("SH", ["COMMANDS"]);
    describe(&command, "", &mut commands);
    commands.to_writer(page)?;
    let mut section = Roff::new();
    section.control("SH", ["KEYS"]);
    section.text([roman("In the dashboard; ? shows those that matter, and : finds any command by what it does.")]);
    for place in keys() {
        section.control("SS", [place.place]);
        for line in place.commands.iter().filter(|line| !line.keys.is_empty()) {
            section.control("TP", []);
            section.text([bold(line.keys.join("  "))]);
            section.text([roman(line.title)]);
        }
    }
    section.to_writer(page)?;
    man.render_extra_section(page)?;
    man.render_version_section(page)
}

/// Each command below this one, with its arguments in a line and what it is for.
fn describe(command: &clap::Command, before: &str, into: &mut Roff) {
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
        let name = format!("{before}{}", sub.get_name());
        if sub.is_subcommand_required_set() {
            describe(sub, &format!("{name} "), into);
            continue;
        }
        let arguments = sub.get_arguments().filter(|argument| !argument.is_hide_set() && !argument.is_global_set());
        let usage: Vec<String> = arguments.map(|argument| argument.to_string()).collect();
        into.control("TP", []);
        into.text([bold(name), roman(format!(" {}", usage.join(" ")))]);
        into.text([roman(sub.get_about().map(ToString::to_string).unwrap_or_default())]);
        // One that does something alone, too.
        describe(sub, &format!("{before}{} ", sub.get_name()), into);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_command_and_every_key() {
        let mut page = Vec::new();
        write_page(&mut page).unwrap();
        let page = String::from_utf8(page).unwrap().replace("\\-", "-");
        for wanted in [
            "token create",
            "\\fBsetup\\fR",
            "setup role",
            "event export",
            "group map",
            "--listen",
            "Settings > API Tokens",
            "Ctrl-z",
        ] {
            assert!(page.contains(wanted), "{wanted} is not in\n{page}");
        }
        assert!(!page.contains("user help"), "clap's own help command is no command of ours:\n{page}");
    }
}
