//! Quantiles.

/// The value that this share of all values does not exceed, by nearest rank; `None` of no values. The
/// values are in order.
#[must_use]
pub fn quantile(values: &[u64], per_thousand: usize) -> Option<u64> {
    let rank = (values.len() * per_thousand).div_ceil(1_000).max(1);
    values.get(rank - 1).or(values.last()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let values: Vec<u64> = (1..=100).collect();
        assert_eq!(quantile(&values, 500), Some(50));
        assert_eq!(quantile(&values, 990), Some(99));
        assert_eq!(quantile(&values, 1_000), Some(100));
        assert_eq!(quantile(&[7], 10), Some(7));
        assert_eq!(quantile(&[], 500), None);
    }
}
