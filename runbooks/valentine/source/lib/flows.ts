export type Flow = { id: string; title: string };

/** The five user flows. The ids are labels of the metrics, so they do not change. */
export const FLOWS: readonly Flow[] = [
  { id: "1", title: "Tell us about the two of you" },
  { id: "2", title: "Plan the date" },
  { id: "3", title: "Find a gift" },
  { id: "4", title: "Write a message" },
  { id: "5", title: "Talk it through" },
];

export function flowById(id: string): Flow | undefined {
  return FLOWS.find((flow) => flow.id === id);
}
