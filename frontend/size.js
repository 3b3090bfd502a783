// Prints what each page loads, gzipped, and fails over budget. Run it after `npm run build`.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const budgets = { "src/main.ts": 15, "src/desk.ts": 300, "src/review.ts": 60 };

function files(entry, seen = new Set()) {
  const chunk = manifest[entry];
  if (!chunk || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const next of chunk.imports ?? []) files(next, seen);
  return seen;
}

let over = false;
for (const [entry, budget] of Object.entries(budgets)) {
  const bytes = [...files(entry)].reduce((sum, file) => sum + gzipSync(readFileSync(`dist/${file}`)).length, 0);
  console.log(`${entry}: ${(bytes / 1000).toFixed(1)} kB of ${budget} kB`);
  over ||= bytes > budget * 1000;
}
process.exit(over ? 1 : 0);
