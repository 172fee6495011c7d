//! The API's model.

mod operations;
mod shapes;

pub(super) use operations::API;
