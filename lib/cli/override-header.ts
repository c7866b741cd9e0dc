import { isMap, isScalar, parseDocument } from 'yaml';
import type { Header } from '../model/request.ts';

/** A manifest whose header is overridden, its lines where they were. */
export interface Overridden {
  text: string;
  /** What the header does not name, for the event to carry. */
  rest: Partial<Header>;
}

/**
 * Puts the values people gave on the command line in place of those a manifest's header names: the scalars
 * are replaced in the text, so that messages keep naming the right lines. A document that is no manifest, or
 * can't be read, is left as it is: whoever takes the request in says what is wrong with it.
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
