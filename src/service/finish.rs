//! Work that goes on when the client hangs up.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::runtime::Handle;

/// A future that is carried to its end even if nobody waits for it any more: a client that hangs up neither cuts its
/// request in half nor keeps it out of the log.
pub(super) struct Finish<F: Future<Output: Send> + Send + 'static>(Option<Pin<Box<F>>>);

impl<F: Future<Output: Send> + Send + 'static> Finish<F> {
    /// Begins nothing yet; what is dropped before it was ever awaited is still carried out.
    pub(super) fn new(work: F) -> Self {
        Self(Some(Box::pin(work)))
    }
}

impl<F: Future<Output: Send> + Send + 'static> Future for Finish<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // It is not polled again after its end.
        let Some(work) = &mut self.0 else { return Poll::Pending };
        let polled = work.as_mut().poll(context);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl<F: Future<Output: Send> + Send + 'static> Drop for Finish<F> {
    fn drop(&mut self) {
        // Without a runtime the process is ending, and nothing can be recorded any more.
        if let Some(work) = self.0.take()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(work);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_was_begun_is_ended_though_nobody_waits() {
        let ((go, begun), (end, ended)) = (oneshot::channel(), oneshot::channel());
        let work = Finish::new(async move { end.send(begun.await) });
        assert!(tokio::time::timeout(Duration::ZERO, work).await.is_err());
        go.send(7).unwrap();
        assert_eq!(ended.await.unwrap(), Ok(7));
    }
}
