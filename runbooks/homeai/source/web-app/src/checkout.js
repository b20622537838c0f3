// What the page shows while a purchase is on its way.
export function checkoutState(entitlement, paid) {
  if (entitlement.active) return { view: "ready", plan: entitlement.plan };
  return paid ? { view: "waiting", plan: null } : { view: "offer", plan: null };
}

export function conversion(visits, purchases) {
  return visits === 0 ? null : purchases / visits;
}
