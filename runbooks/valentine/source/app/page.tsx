import { FLOWS } from "../lib/flows";

export default function Home() {
  return (
    <main>
      <h1>Plan a date</h1>
      <ol>
        {FLOWS.map((flow) => (
          <li key={flow.id}>{flow.title}</li>
        ))}
      </ol>
    </main>
  );
}
