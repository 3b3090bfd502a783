// Prints what each page loads, gzipped, and fails over budget. Run it after `npm run build`.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const MAIN = "src/main.ts";
const pages = [
  { name: "every page", entries: [MAIN], later: false, budget: 15 },
  { name: "every page, with formulas", entries: [MAIN], later: true, budget: 45, formulas: true },
  { name: "review desk, with formulas", entries: [MAIN, "src/review.ts"], later: true, budget: 60, formulas: true },
  { name: "writing desk, with formulas", entries: [MAIN, "src/desk.ts"], later: true, budget: 300, formulas: true },
];

/** The font of every formula, and the largest of those that a formula of few letters fetches. */
const FONTS = ["formulas", "script"];

function collect(entry, later, seen) {
  const chunk = manifest[entry];
  if (!chunk) throw new Error(`${entry} is not in the manifest`);
  if (seen.has(chunk.file)) return;
  seen.add(chunk.file);
  for (const style of chunk.css ?? []) seen.add(style);
  for (const next of [...(chunk.imports ?? []), ...(later ? (chunk.dynamicImports ?? []) : [])]) collect(next, later, seen);
}

function font(name) {
  const found = manifest[MAIN].assets.find((asset) => asset.startsWith(`assets/${name}-`));
  if (!found) throw new Error(`The font ${name} is not in the manifest`);
  return found;
}

let over = false;
for (const { name, entries, later, formulas, budget } of pages) {
  const files = new Set(formulas ? FONTS.map(font) : []);
  for (const entry of entries) collect(entry, later, files);
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(`dist/${file}`)).length, 0);
  console.log(`${name}: ${(bytes / 1000).toFixed(1)} kB of ${budget} kB`);
  over ||= bytes > budget * 1000;
}
process.exit(over ? 1 : 0);
