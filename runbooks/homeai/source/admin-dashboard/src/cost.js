// What one render costs on average, in cents.
export function averageCost(renders) {
  if (renders.length === 0) return null;
  return renders.reduce((sum, render) => sum + render.cents, 0) / renders.length;
}
