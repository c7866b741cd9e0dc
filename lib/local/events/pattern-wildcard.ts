/**
 * The operator `wildcard`: `*` matches any text; `\*` and `\\` match the characters themselves.
 * Sources: github.com/aws/event-ruler, `WildcardParser` for the syntax and `MachineComplexityEvaluator` for the
 * complexity limit; Amazon EventBridge User Guide, "Best practices when defining Amazon EventBridge event patterns".
 */

/** The texts between the stars of a pattern: one more than there are stars. */
export type WildcardParts = readonly string[];

/** Returns the parts of a pattern, or its problem. */
export function wildcardParts(pattern: string): WildcardParts | { problem: string } {
  const parts = [''];
  let afterStar = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    const next = pattern[at + 1];
    if (character === '*') {
      if (afterStar) return { problem: `Consecutive wildcard characters at pos ${at - 1}` };
      afterStar = true;
      parts.push('');
      continue;
    }
    afterStar = false;
    if (character !== '\\') parts[parts.length - 1] += character;
    else if (next === '*' || next === '\\') {
      parts[parts.length - 1] += next;
      at += 1;
    } else return { problem: `Invalid escape character at pos ${at}` };
  }
  return parts;
}

const known = new Map<string, WildcardParts>();

/** Tells whether a text matches a valid pattern. Matches each part at its first occurrence, without backtracking. */
export function matchesWildcard(pattern: string, text: string): boolean {
  let parts = known.get(pattern);
  if (parts === undefined) {
    const read = wildcardParts(pattern);
    parts = 'problem' in read ? [pattern] : read;
    known.set(pattern, parts);
  }
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false;
  const end = text.length - last.length;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = text.indexOf(part, from);
    if (at < 0 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}

/**
 * The number of wildcard prefixes that one value may match at once. EventBridge rejects a rule with more. The number is
 * not documented; emulators that compare themselves with the service use this one.
 */
const complexityMax = 10;
/** The number of prefix sets to check before a rule counts as too complex. Valid rules need a few hundred. */
const setsMax = 5_000;

interface Place {
  /** The states that one character leads to. */
  readonly on: Map<string, number[]>;
  /** The state after a star, which any character leads to. */
  star?: number;
}

/**
 * Tells whether the wildcards of one field are too complex: many stars with the same characters after them. A group is
 * one operator. Its patterns count once if they begin with the same text.
 */
export function isTooComplex(groups: readonly (readonly string[])[]): boolean {
  const places = placesOf(groups);
  const letters = [...new Set(places.flatMap(({ on }) => [...on.keys()])), ''];
  const pending: number[][] = [[0]];
  const seen = new Set<string>();
  for (let set = pending.pop(); set !== undefined; set = pending.pop()) {
    for (const letter of letters) {
      const next = new Set<number>();
      for (const at of set) {
        const { on, star } = places[at] ?? { on: new Map() };
        if (star !== undefined) next.add(star);
        for (const place of on.get(letter) ?? []) next.add(place);
      }
      // A text that matches `foo` also matches `foo*`.
      const fitting = new Set([...next].flatMap((at) => [at, places[at]?.star ?? at]));
      if (fitting.size > complexityMax) return true;
      const key = [...next].sort((a, b) => a - b).join();
      if (next.size === 0 || seen.has(key)) continue;
      if (seen.size >= setsMax) return true;
      seen.add(key);
      pending.push([...next]);
    }
  }
  return false;
}

/** Builds the automaton of all patterns. State 0 is the start. Values are enclosed in quotes, as in event-ruler. */
function placesOf(groups: readonly (readonly string[])[]): Place[] {
  const places: Place[] = [{ on: new Map() }];
  for (const group of groups) {
    const shared = new Map<string, number>();
    for (const pattern of group) {
      const read = wildcardParts(pattern);
      if (!('problem' in read)) addPattern(places, shared, read);
    }
  }
  return places;
}

function addPattern(places: Place[], shared: Map<string, number>, parts: WildcardParts): void {
  const place = (key?: string): number => {
    const found = key === undefined ? undefined : shared.get(key);
    if (found !== undefined) return found;
    places.push({ on: new Map() });
    if (key !== undefined) shared.set(key, places.length - 1);
    return places.length - 1;
  };
  const lead = (from: number, letter: string, to: number) => {
    const on = places[from]?.on;
    const targets = on?.get(letter) ?? [];
    if (!targets.includes(to)) on?.set(letter, [...targets, to]);
  };
  let at = 0;
  let beforeStar: number | undefined;
  let prefix = '';
  parts.forEach((part, index) => {
    const letters = [...(index === 0 ? '"' : ''), ...part];
    if (index === parts.length - 1) letters.push('end');
    for (const letter of letters) {
      prefix += letter;
      const to = place(letter === 'end' ? 'end' : index === 0 ? prefix : undefined);
      lead(at, letter, to);
      if (beforeStar !== undefined) lead(beforeStar, letter, to);
      beforeStar = undefined;
      at = to;
    }
    if (index === parts.length - 1) return;
    const star = places[at]?.star ?? place(index === 0 ? `${prefix}*` : undefined);
    const from = places[at];
    const behind = places[star];
    if (from !== undefined) from.star = star;
    if (behind !== undefined) behind.star = star;
    beforeStar = at;
    at = star;
  });
}
