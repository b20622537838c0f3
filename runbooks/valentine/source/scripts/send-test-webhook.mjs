#!/usr/bin/env node
// Sends a signed payload, then the same payload with a wrong signature. The first must be accepted, the second refused.
import { createHmac } from "node:crypto";
import { parseArgs } from "node:util";

const usage = `usage: send-test-webhook.mjs --provider vapi|cloudinary --base-url URL --secret-env NAME

  --provider    whose endpoint to ask
  --base-url    where the application runs
  --secret-env  the environment variable that holds the secret; its value is never printed`;

const { values } = parseArgs({
  options: {
    provider: { type: "string" },
    "base-url": { type: "string" },
    "secret-env": { type: "string" },
    help: { type: "boolean" },
  },
});

const secret = process.env[values["secret-env"] ?? ""];
if (values.help || !["vapi", "cloudinary"].includes(values.provider) || !values["base-url"] || !secret) {
  console.error(usage);
  process.exit(values.help ? 0 : 2);
}

const payload = JSON.stringify({ type: "test", sent: new Date().toISOString() });
const send = async (signature) => {
  const response = await fetch(new URL(`/api/webhooks/${values.provider}`, values["base-url"]), {
    method: "POST",
    headers: { "content-type": "application/json", "x-signature": signature },
    body: payload,
  });
  return response.status;
};

const signed = await send(createHmac("sha256", secret).update(payload).digest("hex"));
const forged = await send("0".repeat(64));
console.log(`signed: ${signed} (expected 200), forged: ${forged} (expected 401)`);
process.exit(signed === 200 && forged === 401 ? 0 : 1);
