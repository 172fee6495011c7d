//! The telemetry listener: `/livez`, `/readyz`, `/metrics`, `/digest`.

use std::io;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{StatusCode, header};
use tokio::net::TcpListener;

use super::digest::Digests;
use super::metrics::Metrics;
use super::readiness::Readiness;

/// Content type of `/metrics`. Source: OpenMetrics 1.0.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What the listener tells of.
#[derive(Clone)]
pub struct Told {
    /// What the node counts.
    pub metrics: Arc<Metrics>,
    /// Whether it is ready.
    pub readiness: Arc<Readiness>,
    /// What its registry comes to.
    pub digests: Arc<Digests>,
}

/// Serves the telemetry listener until `stop` is done.
///
/// # Errors
/// Where the listener fails.
pub async fn serve(
    listener: TcpListener,
    told: Told,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    axum::serve(listener, router(told))
        .with_graceful_shutdown(stop)
        .await
}

fn router(told: Told) -> Router {
    Router::new()
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .route("/metrics", get(scrape))
        .route("/digest", get(digest))
        .with_state(told)
}

/// The process answers: that is all it takes.
async fn livez() -> &'static str {
    "ok\n"
}

/// 200 where every check holds, else 503; with `?verbose`, or where one fails, a line for each.
async fn readyz(State(told): State<Told>, RawQuery(query): RawQuery) -> Response {
    let (is_ready, lines) = told.readiness.report();
    let is_verbose = query.is_some_and(|query| {
        let mut names = query.split('&').filter_map(|pair| pair.split('=').next());
        names.any(|name| name == "verbose")
    });
    match (is_ready, is_verbose) {
        (true, false) => "ok\n".into_response(),
        (true, true) => format!("{lines}readyz check passed\n").into_response(),
        (false, _) => {
            let text = format!("{lines}readyz check failed\n");
            (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
        }
    }
}

async fn scrape(State(told): State<Told>) -> Response {
    match told.metrics.encode() {
        Ok(text) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// 503 where the node has no registry.
async fn digest(State(told): State<Told>) -> Response {
    match told.digests.now().await {
        Some(digest) => Json(digest).into_response(),
        None => (StatusCode::SERVICE_UNAVAILABLE, "no registry\n").into_response(),
    }
}
