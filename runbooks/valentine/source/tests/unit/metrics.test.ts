import { describe, expect, it } from "vitest";
import { Registry } from "../../lib/metrics";

describe("counters", () => {
  it("ends with the end mark even when nothing was counted", () => {
    expect(new Registry().render()).toBe("# EOF\n");
  });

  it("adds up by labels", () => {
    const registry = new Registry();
    registry.add("flow_events_total", { flow: "1", event: "start" }, 1);
    registry.add("flow_events_total", { event: "start", flow: "1" }, 2);
    expect(registry.render()).toContain('flow_events_total{event="start",flow="1"} 3');
  });

  it("escapes quotation marks in labels", () => {
    const registry = new Registry();
    registry.add("mutation_failures_total", { route: 'a"b', code: "x" }, 1);
    expect(registry.render()).toContain('route="a\\"b"');
  });
});
