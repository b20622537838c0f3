/** Counters of the service, printed as OpenMetrics text. */
export class Counters {
  private readonly values = new Map<string, number>();

  add(name: "requests" | "errors" | "interactions" | "guardrail_breaches"): void {
    this.values.set(name, (this.values.get(name) ?? 0) + 1);
  }

  render(): string {
    const names = [...this.values.keys()].sort();
    return [...names.flatMap((name) => [`# TYPE ${name} counter`, `${name}_total ${this.values.get(name)}`]), "# EOF", ""].join("\n");
  }
}
