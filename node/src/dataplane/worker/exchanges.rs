//! The requests under way of a worker, for the sweep.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use crate::dataplane::exchange::Exchange;

/// The requests under way.
#[derive(Default)]
pub(crate) struct Exchanges(RefCell<List>);

#[derive(Default)]
struct List {
    seats: Vec<Option<Rc<Exchange>>>,
    free: Vec<usize>,
}

impl Exchanges {
    /// A request begins.
    pub(crate) fn enter(&self, exchange: &Rc<Exchange>) {
        let mut list = self.0.borrow_mut();
        let seat = match list.free.pop() {
            Some(seat) => seat,
            None => {
                list.seats.push(None);
                list.seats.len() - 1
            }
        };
        list.seats[seat] = Some(exchange.clone());
        exchange.seat.set(Some(seat));
    }

    /// A request has ended.
    pub(crate) fn leave(&self, exchange: &Exchange) {
        let Some(seat) = exchange.seat.take() else {
            return;
        };
        let mut list = self.0.borrow_mut();
        if let Some(place) = list.seats.get_mut(seat) {
            *place = None;
            list.free.push(seat);
        }
    }

    /// Ends waits that have been too long.
    pub(crate) fn sweep(&self, elapsed: Duration) {
        for exchange in self.0.borrow().seats.iter().flatten() {
            exchange.wait.sweep(elapsed);
        }
    }
}
