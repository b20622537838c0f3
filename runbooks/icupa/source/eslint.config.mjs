import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["**/dist/**", "**/artifacts/**", "**/node_modules/**", "supabase/functions/**"] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: { console: "readonly", fetch: "readonly", process: "readonly", performance: "readonly", URL: "readonly" } },
  },
  { rules: { "max-lines-per-function": ["warn", 60], "no-warning-comments": ["warn", { terms: ["fixme"] }] } },
);
