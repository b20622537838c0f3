import { afterEach, describe, expect, it, vi } from "vitest";

import { GET } from "../src/app/api/health/ready/route";

afterEach(() => vi.unstubAllGlobals());

describe("readiness of the web app", () => {
  it("follows the API", async () => {
    vi.stubGlobal("fetch", async () => new Response(null, { status: 200 }));
    expect((await GET()).status).toBe(200);
  });

  it("is 503 when the API cannot be reached", async () => {
    vi.stubGlobal("fetch", async () => { throw new Error("refused"); });
    expect((await GET()).status).toBe(503);
  });
});
