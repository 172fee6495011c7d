//! What comes of a call.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_vpclattice::Client;
use aws_sdk_vpclattice::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_vpclattice::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_vpclattice::error::{BoxError, ProvideErrorMetadata, SdkError};
use serde_json::Value;

use crate::input::Unfit;

/// A call under way.
pub(crate) type Pending<'a> = Pin<Box<dyn Future<Output = Result<Sent, Unfit>> + 'a>>;
/// Calls an operation with an input.
pub(crate) type Call = for<'a> fn(&'a Client, &'a Value) -> Pending<'a>;

/// What comes of a call that the SDK has types for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The SDK could read the answer.
    Answered,
    /// An error with this name.
    Refused(String),
    /// The SDK saw by itself that it is wrong.
    Not,
}

/// What the SDK tells of a call.
pub(crate) fn told<O, E, R>(result: Result<O, SdkError<E, R>>) -> Result<Sent, Unfit>
where
    E: ProvideErrorMetadata,
{
    Ok(match result {
        Ok(_) => Sent::Answered,
        Err(SdkError::ConstructionFailure(_)) => Sent::Not,
        Err(error) => Sent::Refused(error.code().unwrap_or("an error without a name").to_owned()),
    })
}

/// Keeps the body of the last answer: the SDK's own types cannot be looked through by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bodies(Arc<Mutex<Option<Value>>>);

impl Bodies {
    /// The body of the last answer, where it had one.
    pub(crate) fn last(&self) -> Option<Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Intercept for Bodies {
    fn name(&self) -> &'static str {
        "Bodies"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().unwrap_or_default();
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = serde_json::from_slice(body).ok();
        Ok(())
    }
}
