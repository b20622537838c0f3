import { load } from "js-yaml";
import { z } from "zod";

const Plan = z.object({ name: z.string().min(1), seats: z.number().int().positive(), cents: z.number().int().nonnegative() });
export type Plan = z.infer<typeof Plan>;

/** The plans of a price list in YAML, cheapest first. */
export function plans(text: string): Plan[] {
  return z.array(Plan).parse(load(text)).sort((left, right) => left.cents - right.cents);
}
