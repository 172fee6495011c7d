//! Generated types of the admin API, of Raft, and of what nodes say to each other; nothing else.

/// The admin API: `trellis.v1`.
pub mod v1 {
    tonic::include_proto!("trellis.v1");

    impl std::fmt::Debug for Certificate {
        /// All but the private key.
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Certificate")
                .field("certificate", &self.certificate)
                .field("certificate_chain", &self.certificate_chain)
                .field("tags", &self.tags)
                .field("domain_name", &self.domain_name)
                .field("imported_at", &self.imported_at)
                .field("not_after", &self.not_after)
                .field("in_use_by", &self.in_use_by)
                .finish_non_exhaustive()
        }
    }
}

/// What nodes say to each other beside Raft: `trellis.cluster.v1`.
pub mod cluster_v1 {
    tonic::include_proto!("trellis.cluster.v1");
}

/// What members of the Raft group say to each other: `trellis.raft.v1`.
pub mod raft_v1 {
    tonic::include_proto!("trellis.raft.v1");
}

/// The file descriptor set of all packages, for reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] =
    include_bytes!(concat!(env!("OUT_DIR"), "/trellis_descriptor.bin"));
