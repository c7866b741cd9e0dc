import { isMap, isScalar, parseDocument } from 'yaml';
import type { Header } from '../model/request.ts';

/** A manifest with an overridden header. Its lines stay the same. */
export interface Overridden {
  text: string;
  /** The values that the header doesn't name, for the event. */
  rest: Partial<Header>;
}

/**
 * Replaces the values of a manifest's header with those from the command line. Replaces the scalars in the text, so
 * that messages still name the right lines. Leaves a document unchanged if it isn't a manifest or can't be read: Baton
 * reports its problems.
 */
export function overrideHeader(text: string, given: Partial<Header>): Overridden {
  const document = parseDocument(text, { logLevel: 'silent', strict: false, customTags: [] });
  if (!isMap(document.contents)) return { text, rest: given };
  const spots: { from: number; to: number; value: string }[] = [];
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const node = document.get(name, true);
    const range = isScalar(node) ? node.range : undefined;
    if (range) spots.push({ from: range[0], to: range[1], value: JSON.stringify(value) });
    else rest[name] = value;
  }
  spots.sort((a, b) => b.from - a.from);
  const overridden = spots.reduce(
    (written, { from, to, value }) => written.slice(0, from) + value + written.slice(to),
    text,
  );
  return { text: overridden, rest: rest as Partial<Header> };
}
