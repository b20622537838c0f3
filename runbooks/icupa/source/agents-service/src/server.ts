import { app } from "./app.js";
import { config } from "./config.js";

const settings = config();
await app({ allowedTools: ["menu.*", "order.*"], maxDiscount: settings.maxDiscount }).listen({
  host: "0.0.0.0",
  port: settings.port,
});
