//! Where things stand in a table of the settings.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The items of a list of a table.
pub(super) fn items<'table, 'text>(
    table: &'table DeTable<'text>,
    key: &str,
) -> impl Iterator<Item = &'table Spanned<DeValue<'text>>> {
    let list = table.get(key).and_then(|value| value.get_ref().as_array());
    list.into_iter().flat_map(|list| list.iter())
}

/// Where the value of a key of an item stands; where it is not written, the item itself.
pub(super) fn value_at(item: &Spanned<DeValue<'_>>, key: &str) -> Range<usize> {
    let table = item.get_ref().as_table();
    let value = table.and_then(|table| table.iter().find(|(name, _)| name.get_ref() == key));
    value.map_or_else(|| item.span(), |(_, value)| value.span())
}
