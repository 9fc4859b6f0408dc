//! A request's body on its way in: read within a limit, or passed over.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use futures::StreamExt as _;

/// How much of a body that nobody wants is read all the same, and for how long: the largest that anybody may send, so that
/// a push that is put off is told so.
const PASSED_OVER: usize = 16 * 1024 * 1024;
const PASSING_OVER: Duration = Duration::from_secs(5);

/// What has not been read yet.
pub(super) struct RequestBody(Option<BodyDataStream>);

/// Why a body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It goes on beyond the limit.
    TooLarge,
    /// It ended before its end.
    BrokenOff,
}

impl RequestBody {
    /// Takes a body, of which nothing has been read.
    pub(super) fn new(body: Body) -> Self {
        let is_empty = hyper::body::Body::is_end_stream(&body);
        Self((!is_empty).then(|| body.into_data_stream()))
    }

    /// Reads it whole, at most `limit` bytes of it; about `expected` are to be there.
    pub(super) async fn read(&mut self, limit: usize, expected: usize) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::with_capacity(expected.min(limit));
        while let Some(stream) = &mut self.0 {
            match stream.next().await {
                None => self.0 = None,
                Some(Ok(chunk)) if bytes.len() + chunk.len() <= limit => bytes.extend_from_slice(&chunk),
                Some(Ok(_)) => return Err(Fault::TooLarge),
                Some(Err(_)) => {
                    self.0 = None;
                    return Err(Fault::BrokenOff);
                }
            }
        }
        Ok(bytes)
    }

    /// Reads past what is left of it, up to a point, because a client that is still sending may never look at the answer
    /// (RFC 9112 9.6). False where the connection cannot go on: what is left would be taken for a request.
    pub(super) async fn pass_over(self) -> bool {
        let Some(mut stream) = self.0 else { return true };
        let rest = async {
            let mut left = PASSED_OVER;
            while let Some(Ok(chunk)) = stream.next().await {
                left = left.checked_sub(chunk.len())?;
            }
            Some(())
        };
        matches!(tokio::time::timeout(PASSING_OVER, rest).await, Ok(Some(())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(chunks: &[&'static str]) -> RequestBody {
        let chunks: Vec<Result<&'static str, std::io::Error>> = chunks.iter().map(|chunk| Ok(*chunk)).collect();
        RequestBody::new(Body::from_stream(futures::stream::iter(chunks)))
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_its_limit_and_the_rest_passed_over() {
        assert_eq!(body(&["abc", "def"]).read(6, 0).await, Ok(b"abcdef".to_vec()));
        let mut long = body(&["abc", "def", "ghi"]);
        assert_eq!(long.read(5, usize::MAX).await, Err(Fault::TooLarge));
        assert!(long.pass_over().await);
        assert!(RequestBody::new(Body::empty()).pass_over().await);
    }

    #[tokio::test]
    async fn what_never_ends_is_given_up() {
        let endless = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![0_u8; 65_536]));
        assert!(!RequestBody::new(Body::from_stream(endless)).pass_over().await);
        let broken = futures::stream::iter([Ok("abc"), Err(std::io::Error::other("gone"))]);
        assert_eq!(RequestBody::new(Body::from_stream(broken)).read(9, 0).await, Err(Fault::BrokenOff));
    }
}
