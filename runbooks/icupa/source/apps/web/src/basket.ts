export type Line = { item: string; price: number; count: number };

/** The sum in the smallest unit of the currency, so that nothing is lost to rounding. */
export function total(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + line.price * line.count, 0);
}

/** Adds one piece of an item; the list that came in stays as it is. */
export function add(lines: readonly Line[], item: string, price: number): Line[] {
  const known = lines.some((line) => line.item === item);
  return known
    ? lines.map((line) => (line.item === item ? { ...line, count: line.count + 1 } : line))
    : [...lines, { item, price, count: 1 }];
}

/** `1250` in francs is `1,250 RWF`. */
export function price(amount: number, currency: string): string {
  return `${amount.toLocaleString("en")} ${currency}`;
}
