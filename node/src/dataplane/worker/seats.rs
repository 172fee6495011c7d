//! The client connections of a worker: how many, from whom, and how they are told to end.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::net::IpAddr;
use std::rc::Rc;

use tokio::sync::Notify;

use crate::dataplane::connection::Connection;

/// The open connections.
#[derive(Default)]
pub(crate) struct Seats {
    open: RefCell<HashMap<u64, Rc<Connection>>>,
    clients: RefCell<HashMap<IpAddr, usize>>,
    next: Cell<u64>,
    left: Notify,
}

/// The place of an open connection, until it is dropped.
pub(crate) struct Seat {
    number: u64,
    connection: Rc<Connection>,
}

impl Seats {
    /// Open connections, and those of one client.
    pub(crate) fn count(&self, client: IpAddr) -> (usize, usize) {
        let clients = self.clients.borrow();
        let own = clients.get(&client).copied().unwrap_or(0);
        (self.open.borrow().len(), own)
    }

    /// A connection opens.
    pub(crate) fn enter(&self, connection: &Rc<Connection>) -> Seat {
        let number = self.next.replace(self.next.get().wrapping_add(1));
        self.open.borrow_mut().insert(number, connection.clone());
        let client = connection.address.ip();
        *self.clients.borrow_mut().entry(client).or_insert(0) += 1;
        Seat {
            number,
            connection: connection.clone(),
        }
    }

    fn leave(&self, seat: &Seat) {
        self.open.borrow_mut().remove(&seat.number);
        let mut clients = self.clients.borrow_mut();
        let client = seat.connection.address.ip();
        if let Some(count) = clients.get_mut(&client) {
            *count -= 1;
            if *count == 0 {
                clients.remove(&client);
            }
        }
        self.left.notify_one();
    }

    /// Asks every connection to end after the requests under way.
    pub(crate) fn drain(&self) {
        for connection in self.open.borrow().values() {
            connection.drain();
        }
    }

    /// Waits until no connection is open.
    pub(crate) async fn emptied(&self) {
        while !self.open.borrow().is_empty() {
            self.left.notified().await;
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.connection.worker.seats.leave(self);
    }
}
