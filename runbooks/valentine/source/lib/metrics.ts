type Labels = Record<string, string>;

/** Counters by name and labels, printed as OpenMetrics text in a fixed order. */
export class Registry {
  private readonly series = new Map<string, number>();

  add(name: string, labels: Labels, by: number): void {
    const key = `${name}${render(labels)}`;
    this.series.set(key, (this.series.get(key) ?? 0) + by);
  }

  render(): string {
    const keys = [...this.series.keys()].sort();
    const families = [...new Set(keys.map((key) => key.split("{")[0].replace(/_total$/, "")))];
    const lines = families.flatMap((family) => [
      `# TYPE ${family} counter`,
      ...keys
        .filter((key) => key.startsWith(`${family}_total{`))
        .map((key) => `${key} ${this.series.get(key)}`),
    ]);
    return [...lines, "# EOF", ""].join("\n");
  }
}

function render(labels: Labels): string {
  const pairs = Object.entries(labels)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([name, value]) => `${name}="${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`);
  return `{${pairs.join(",")}}`;
}

export const registry = new Registry();
