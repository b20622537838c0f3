//! Components and advisories of every product, for those who ask for nothing else: no runbook is read, no page is made.

use crate::audit::inventory::inventory;
use crate::config::product::plans;
use crate::error::Result;
use crate::judge::context::Context;
use crate::judge::store::store;
use crate::load::kept::Depth;
use crate::load::registers::registers;
use crate::load::releases::releases_to;
use crate::model::inventory::ProductInventory;
use crate::source::tags::tags;

/// Reads the releases of every product.
///
/// # Errors
///
/// The repository cannot be read.
pub(crate) fn inventories(context: &Context) -> Result<Vec<ProductInventory>> {
    let subject = context.subject(None, false)?;
    let tags = match &context.repository {
        Some(repository) => tags(repository)?,
        None => Vec::new(),
    };
    let mut products = Vec::new();
    for plan in plans(&context.config, &context.name()) {
        let store = store(context, &plan, subject.tree.as_ref())?;
        let mut found = releases_to(Depth::Facts, context.repository.as_ref(), &tags, store.source(), &plan);
        let registers = registers(subject.tree.as_ref(), &plan, &mut found.findings);
        products.push(ProductInventory {
            name: if plan.name.is_empty() { context.name() } else { plan.name },
            versions: found.releases.iter().map(|release| release.version.clone()).collect(),
            inventory: inventory(&found.releases, &registers.exceptions, context.today),
        });
    }
    Ok(products)
}
