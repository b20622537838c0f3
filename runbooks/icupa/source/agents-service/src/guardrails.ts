import { Minimatch } from "minimatch";

export type Suggestion = { tenant: string; tool: string; discountPercent: number };
export type Verdict = { allowed: true } | { allowed: false; breach: string };

/** The tools of a tenant, made ready once: making a pattern costs more than asking it. */
export function tools(patterns: readonly string[]): Minimatch[] {
  return patterns.map((pattern) => new Minimatch(pattern));
}

/** What an agent may do, decided outside the model: only tools of the tenant, and no discount above the limit. */
export function judge(suggestion: Suggestion, allowedTools: readonly Minimatch[], maxDiscount: number): Verdict {
  if (!allowedTools.some((pattern) => pattern.match(suggestion.tool))) {
    return { allowed: false, breach: "tool_not_allowed" };
  }
  if (suggestion.discountPercent > maxDiscount) return { allowed: false, breach: "discount_too_high" };
  return { allowed: true };
}
