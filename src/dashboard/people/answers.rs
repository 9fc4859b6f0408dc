//! What the service said about many people, and what follows from it.

use crate::{
    dashboard::{
        act, commands,
        dialog::{Dialog, Question, Stage},
        export::Written,
        message::{Effect, Failure},
        people::{Answer, Call, Undo, list_mut},
        state::State,
        text,
    },
    model::user_change::{Outcome, PersonChanged},
};

/// Takes an answer.
pub fn answer(state: &mut State, answer: Answer, effects: &mut Vec<Effect>) {
    match answer {
        Answer::Measured(number, answer) => {
            let Some(Dialog::Many(many)) = state.dialog.as_mut() else { return };
            if many.number != number || !matches!(many.stage, Stage::Measuring) {
                return;
            }
            match answer {
                Ok(radius) => {
                    many.selected = radius.people;
                    let people = radius.ids.len();
                    many.stage = Stage::Asking(Question::new(Some(radius), people));
                }
                Err(failure) => notice(state, "Nothing was changed", failure.sentence),
            }
        }
        Answer::Worked(number, answer) => worked(state, number, answer, effects),
        Answer::Written(number, answer) => written(state, number, answer, effects),
        Answer::Removed(Ok(())) => {
            state.toasts.success("The export was ended; the half of the file is removed.", effects)
        }
        Answer::Removed(Err(sentence)) => state.toasts.refusal(sentence),
        Answer::One(done, Ok(people)) => match people.into_iter().next().map(|person| person.outcome) {
            Some(Outcome::Done { undo }) => {
                state.undo = Some(Undo { what: done.trim_end_matches('.').to_owned(), people: vec![undo] });
                state.toasts.success(format!("{done} {}", how_to_undo(state)), effects);
                act::refresh_pane(state, effects);
            }
            Some(Outcome::Refused { reason }) => notice(state, "Nothing was changed", text::sentence(&reason)),
            Some(Outcome::Unchanged) | None => state.toasts.success("It was so already.", effects),
        },
        Answer::One(_, Err(failure)) => notice(state, "Nothing was changed", failure.sentence),
    }
}

fn how_to_undo(state: &State) -> String {
    let key = commands::Command::named("everywhere.undo").map(|command| state.keys.label(command));
    format!("{} takes it back.", key.unwrap_or_default())
}

fn notice(state: &mut State, title: &str, text: String) {
    state.dialog = Some(Dialog::Notice { title: title.to_owned(), text });
}

fn worked(state: &mut State, number: u64, answer: Result<Vec<PersonChanged>, Failure>, effects: &mut Vec<Effect>) {
    let Some(Dialog::Many(many)) =
        state.dialog.as_mut().filter(|dialog| matches!(dialog, Dialog::Many(many) if many.number == number))
    else {
        return;
    };
    let Stage::Working(work) = &mut many.stage else { return };
    let stopped = match answer {
        Ok(people) => {
            work.take(people);
            if !work.cancelled
                && let Some(chunk) = work.left.pop_front()
            {
                effects.push(Effect::people(Call::Work { number, chunk }));
                return;
            }
            None
        }
        Err(failure) => Some(failure.sentence),
    };
    let work = std::mem::take(work);
    let told = many.told(work.done.len());
    let rest = work.total.saturating_sub(work.passed);
    state.dialog = None;
    act::refresh_pane(state, effects);
    let count = |people: usize| text::count(u64::try_from(people).unwrap_or(u64::MAX));
    let whole = work.refused == 0 && rest == 0;
    let mut lines = vec![format!("{told}.")];
    if work.unchanged > 0 {
        lines.push(format!("{} were so already.", count(work.unchanged)));
    }
    if work.refused > 0 {
        lines.push(format!("{} left as they were:", count(work.refused)));
        lines.extend(work.reasons);
    }
    if rest > 0 {
        lines.push(match &stopped {
            Some(why) => format!("{} not reached: {why}", count(rest)),
            None => format!("{} not reached, since you ended it.", count(rest)),
        });
    }
    if !work.done.is_empty() {
        state.undo = Some(Undo { what: told.clone(), people: work.done });
        lines.push(how_to_undo(state));
        if whole && let Some(list) = list_mut(state) {
            list.marks.clear();
        }
    }
    if whole {
        state.toasts.success(lines.join(" "), effects);
    } else {
        notice(state, "Not everybody was changed", lines.join("\n"));
    }
}

fn written(state: &mut State, number: u64, answer: Result<Written, String>, effects: &mut Vec<Effect>) {
    let Some(Dialog::Export(export)) = state.dialog.as_mut() else { return };
    if export.number != number {
        return;
    }
    match answer {
        Err(sentence) if export.written == Some(0) => {
            export.written = None;
            export.problem = Some(sentence);
        }
        Err(sentence) => {
            effects.push(Effect::people(Call::Remove(export.path.value().trim().to_owned())));
            notice(state, "The export ended", sentence);
        }
        Ok(_) if export.cancelled => {
            effects.push(Effect::people(Call::Remove(export.path.value().trim().to_owned())));
            state.dialog = None;
        }
        Ok(Written { people, total, next }) => {
            let so_far = export.written.unwrap_or(0) + people;
            export.written = Some(so_far);
            export.total = total;
            if let Some(next) = next {
                export.query.after = Some(next);
                effects.push(Effect::people(Call::Write(export.part())));
                return;
            }
            let words =
                format!("{} written to {}.", text::plural(so_far, "person", "people"), export.path.value().trim());
            state.dialog = None;
            state.toasts.success(words, effects);
        }
    }
}
