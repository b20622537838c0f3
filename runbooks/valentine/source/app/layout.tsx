import type { ReactNode } from "react";

export const metadata = { title: "Valentine", description: "Plan a date that fits the two of you." };

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
