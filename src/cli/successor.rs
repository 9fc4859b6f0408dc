//! Taking over from a service that lived in another dashboard.
//!
//! The first dashboard on a data directory runs the service inside; the next ones attach to it. When the first is left,
//! its service ends, and Okta with the other dashboards would find nobody. So one of those takes its place, where its
//! settings say and at the address that the others know. A service of `scimroom serve` is never taken over from: whoever ended it meant to, or starts it again.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    sync::oneshot,
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::{
    cli::settings::Settings,
    client::Client,
    model::data_dir::RunningService,
    service::{self, Service},
};

/// How often is looked whether the other service is still announced.
const LOOK: Duration = Duration::from_secs(1);
/// How often, counted in looks, it is also asked whether it answers: one that was killed stays announced.
const LOOKS_A_QUESTION: u32 = 5;
/// How long it may take to answer.
const ANSWER: Duration = Duration::from_secs(2);

/// Somebody who waits to take over.
#[derive(Debug)]
pub(super) struct Successor {
    /// Waits as long as this is there.
    stop: oneshot::Sender<()>,
    waiting: JoinHandle<Option<Service>>,
}

impl Successor {
    /// Waits beside a service that ends with its dashboard; none beside one that does not.
    pub(super) fn of(found: &RunningService, settings: &Settings) -> Option<Self> {
        if !found.passing {
            return None;
        }
        // What is announced is where others on this host reach it, these dashboards among them; where Okta does is in the
        // settings, and need not be the same.
        let local: SocketAddr = found.url.strip_prefix("http://")?.parse().ok()?;
        let anybody = Client::new(&found.url, None).ok()?;
        let options = service::Options { passing: true, ..settings.service() };
        let options = match options.tls.is_none() && options.listen == local {
            true => options,
            false => service::Options { local: Some(local), ..options },
        };
        let (stop, stopped) = oneshot::channel();
        let waiting = tokio::spawn(wait(options, found.clone(), anybody, stopped));
        Some(Self { stop, waiting })
    }

    /// Waits no more; gives the service, if it came to that.
    pub(super) async fn end(self) -> Option<Service> {
        drop(self.stop);
        self.waiting.await.unwrap_or_default()
    }
}

async fn wait(
    mut options: service::Options,
    mut found: RunningService,
    anybody: Client,
    mut stopped: oneshot::Receiver<()>,
) -> Option<Service> {
    let mut looks: u32 = 0;
    loop {
        tokio::select! {
            _ = &mut stopped => return None,
            () = sleep(LOOK) => looks = looks.wrapping_add(1),
        }
        let announced = options.data.running_service();
        if announced.as_ref() == Some(&found) {
            let ask = looks.is_multiple_of(LOOKS_A_QUESTION);
            if !ask || timeout(ANSWER, anybody.health()).await.is_ok_and(|health| health.is_ok()) {
                continue;
            }
        }
        match service::start(options.clone()).await {
            Ok(service) => {
                tracing::info!("took over from a dashboard that was left");
                return Some(service);
            }
            // Somebody else was faster, or its last requests still end.
            Err(service::ServiceError::AlreadyRunning(_)) => match options.data.running_service() {
                Some(next) if next.url == found.url && next.passing => found = next,
                // Another address, or one that stays: the dashboard says that nobody answers at this one.
                Some(next) if next != found => return None,
                _ => {}
            },
            // Another program has the place of the settings: then that of before has to do.
            Err(service::ServiceError::AddressInUse(taken)) if taken == options.listen && options.tls.is_none() => {
                if let Some(local) = options.local.take() {
                    options.listen = local;
                }
            }
            Err(error) => tracing::warn!(%error, "could not take over from a dashboard that was left"),
        }
    }
}
