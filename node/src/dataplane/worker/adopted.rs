//! A view as a worker serves it, with what is made from it once instead of for each request.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use http::HeaderValue;
use trellis_core::model::Attachment;
use trellis_core::view::{GroupView, Map, Reach, View, VpcView};

/// A view in use by a worker.
pub(crate) struct Adopted {
    pub(crate) view: Arc<View>,
    /// This node's legs.
    pub(crate) attachments: Vec<Attachment>,
    /// VPCs whose targets this node reaches.
    reaches: BTreeSet<String>,
    /// By the places of service network, service and target group in this view.
    targets: RefCell<Map<[usize; 3], HeaderValue>>,
    /// By the place of the VPC in this view.
    vpcs: RefCell<Map<usize, Rc<VpcHeaders>>>,
}

/// What targets are told about a client's VPC.
pub(crate) struct VpcHeaders {
    /// Its id.
    pub(crate) id: HeaderValue,
    /// The value of `x-amzn-lattice-network`.
    pub(crate) network: HeaderValue,
}

impl Adopted {
    pub(crate) fn new(view: Arc<View>, node_id: &str) -> Self {
        let attachments = view.attachments.get(node_id).cloned().unwrap_or_default();
        let legs = attachments.iter().filter(|leg| leg.reaches_targets);
        Self {
            reaches: legs.map(|leg| leg.vpc.clone()).collect(),
            attachments,
            view,
            targets: RefCell::default(),
            vpcs: RefCell::default(),
        }
    }

    /// Whether this node reaches targets in a VPC.
    pub(crate) fn reaches(&self, vpc: &str) -> bool {
        self.reaches.contains(vpc)
    }

    /// The value of `x-amzn-lattice-target`. Both must be parts of this view.
    pub(crate) fn target_header(&self, reach: &Reach, group: &GroupView) -> HeaderValue {
        let key = [
            Arc::as_ptr(&reach.network).addr(),
            Arc::as_ptr(&reach.service).addr(),
            std::ptr::from_ref(group).addr(),
        ];
        let make = || {
            header(&format!(
                "ServiceArn={}; ServiceNetworkArn={}; TargetGroupArn={}",
                reach.service.arn, reach.network.arn, group.arn
            ))
        };
        let mut targets = self.targets.borrow_mut();
        targets.entry(key).or_insert_with(make).clone()
    }

    /// What targets are told about a VPC, which must be part of this view.
    pub(crate) fn vpc_headers(&self, vpc: &VpcView) -> Rc<VpcHeaders> {
        let make = || {
            Rc::new(VpcHeaders {
                id: header(&vpc.id),
                network: header(&format!("SourceVpcArn={}", vpc.arn)),
            })
        };
        let mut vpcs = self.vpcs.borrow_mut();
        let key = std::ptr::from_ref(vpc).addr();
        vpcs.entry(key).or_insert_with(make).clone()
    }
}

fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
