// Whether two payloads say the same. The database gives the keys of an object back in an order of its own.
import type { Payload } from "./saving";

export function canonical(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join()}}`;
}

export function same(one: Payload, other: Payload): boolean {
  return canonical(one) === canonical(other);
}

/** A short stand-in for a text that was sent: hours offline must not fill the device with copies. */
export function fingerprint(payload: Payload): string {
  const text = canonical(payload);
  let a = 0x811c9dc5;
  let b = 0x9e3779b1;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x85ebca6b) ^ (b >>> 13);
  }
  return `${text.length}.${a >>> 0}.${b >>> 0}`;
}
