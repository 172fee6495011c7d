//! Puts of etcd, over gRPC as its own clients do.

use anyhow::Context;
use http::uri::PathAndQuery;
use tonic::client::Grpc;
use tonic::transport::{Channel, Endpoint};
use tonic_prost::ProstCodec;

use crate::load::Write;

/// Size of a value, bytes.
const VALUE_BYTES: usize = 1 << 10;
/// The method. Source: etcd 3.4, `etcdserverpb/rpc.proto`.
const PUT: PathAndQuery = PathAndQuery::from_static("/etcdserverpb.KV/Put");

/// Source: etcd 3.4, `etcdserverpb/rpc.proto`; fields that are not set are left out.
#[derive(Clone, PartialEq, prost::Message)]
struct PutRequest {
    #[prost(bytes = "bytes", tag = "1")]
    key: bytes::Bytes,
    #[prost(bytes = "bytes", tag = "2")]
    value: bytes::Bytes,
}

/// Of the answer only that it comes matters.
#[derive(Clone, PartialEq, prost::Message)]
struct PutResponse {}

/// Puts a new key each time.
pub(crate) struct Writer {
    grpc: Grpc<Channel>,
    prefix: String,
    next: u64,
    value: bytes::Bytes,
}

impl Writer {
    /// A client of one of the nodes.
    ///
    /// # Errors
    /// Where an address is none.
    pub(crate) fn new(nodes: &[String], round: u16, client: u16) -> anyhow::Result<Self> {
        let node = nodes.get(usize::from(client) % nodes.len().max(1));
        let node = node.context("there are no nodes")?;
        let channel = Endpoint::from_shared(format!("http://{node}"))?.tcp_nodelay(true);
        Ok(Self {
            grpc: Grpc::new(channel.connect_lazy()),
            prefix: format!("bench-{round}-{client}"),
            next: 0,
            value: vec![b'x'; VALUE_BYTES].into(),
        })
    }
}

impl Write for Writer {
    async fn write(&mut self) -> anyhow::Result<()> {
        self.next += 1;
        let request = PutRequest {
            key: format!("{}-{}", self.prefix, self.next).into(),
            value: self.value.clone(),
        };
        self.grpc.ready().await?;
        let codec = ProstCodec::<PutRequest, PutResponse>::default();
        let request = tonic::Request::new(request);
        self.grpc.unary(request, PUT, codec).await?;
        Ok(())
    }
}
