//! The dashboard without a terminal: keys and events in, frames out. For whoever measures or tests it from outside.

use crossterm::event::KeyEvent;
use ratatui::layout::Size;

use crate::{
    client::{Client, live::Live},
    dashboard::{
        Options,
        canvas::Canvas,
        effects,
        message::{Effect, Message},
        state::State,
        theme::Theme,
        update::update,
        view,
    },
    model::{
        event::{Event, EventQuery},
        time::Timestamp,
    },
};

/// The dashboard on a real service, without a terminal and without waiting: what it asks of the service is answered
/// before the next step is taken. Whatever else it wants done (timers, the clipboard, files, to end) is left undone.
#[derive(Debug)]
pub struct Rehearsal {
    client: Client,
    state: State,
    canvas: Canvas,
}

impl Rehearsal {
    /// Opens it at this size, in the dark theme, with everything read that the first pane shows.
    pub async fn open(client: Client, options: Options, size: Size) -> Self {
        let state = State::new(options, Theme::DARK, size, Timestamp::now());
        let mut rehearsal = Self { client, state, canvas: Canvas::new(size) };
        // A service that does not answer shows on the screen.
        let recent = rehearsal.client.events(&EventQuery::default()).await.unwrap_or_default();
        rehearsal.take(Message::Recent(recent)).await;
        rehearsal.take(Message::Live(Live::Connected)).await;
        rehearsal
    }

    /// A key is pressed.
    pub async fn press(&mut self, key: KeyEvent) {
        self.take(Message::Key(key)).await;
    }

    /// The event stream tells of an event.
    pub async fn hear(&mut self, event: Event) {
        self.take(Message::Live(Live::Event(Box::new(event)))).await;
    }

    /// Draws a frame; gives the bytes that a terminal would be sent.
    pub fn draw(&mut self) -> Vec<u8> {
        let bytes = self.canvas.draw(|buffer| view::draw(&self.state, buffer)).to_vec();
        self.canvas.turn();
        bytes
    }

    async fn take(&mut self, message: Message) {
        let mut messages = vec![message];
        while let Some(message) = messages.pop() {
            for effect in update(&mut self.state, Timestamp::now(), message) {
                if let Effect::Call(call) = effect {
                    messages.push(Message::Answer(Box::new(effects::call(&self.client, call).await)));
                }
            }
        }
    }
}
