// Prints what each page loads, gzipped, and fails over budget. Run it after `npm run build`.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const MAIN = "src/main.ts";
const pages = [
  { name: "every page", entries: [MAIN], formulas: false, budget: 15 },
  { name: "writing desk, with formulas", entries: [MAIN, "src/desk.ts"], formulas: true, budget: 300 },
  { name: "review desk, with formulas", entries: [MAIN, "src/review.ts"], formulas: true, budget: 110 },
];

function collect(entry, formulas, seen) {
  const chunk = manifest[entry];
  if (!chunk) throw new Error(`${entry} is not in the manifest`);
  if (seen.has(chunk.file)) return;
  seen.add(chunk.file);
  for (const next of [...(chunk.imports ?? []), ...(formulas ? (chunk.dynamicImports ?? []) : [])]) collect(next, formulas, seen);
}

let over = false;
for (const { name, entries, formulas, budget } of pages) {
  const files = new Set();
  for (const entry of entries) collect(entry, formulas, files);
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(`dist/${file}`)).length, 0);
  console.log(`${name}: ${(bytes / 1000).toFixed(1)} kB of ${budget} kB`);
  over ||= bytes > budget * 1000;
}
process.exit(over ? 1 : 0);
