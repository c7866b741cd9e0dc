import type { Problem } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import { within } from '../template/intrinsic.ts';
import { limitProblems } from './document-limits.ts';
import { lineIndexOf } from './line-index.ts';
import type { ReadDocument } from './yaml-document.ts';

/** A value and its position. */
interface Place {
  offset: number;
  inside?: Map<string, Place>;
}

/**
 * Reads JSON quickly: a second pass finds positions, and only if a line is needed. Returns undefined if the text isn't
 * JSON (it may still be YAML in flow style).
 */
export function readJson(text: string, file: string): ReadDocument | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  const tooDeep = limitProblems(value).find(({ code }) => code === 'TooDeep');
  // The passes below recurse as deep as the text is nested.
  if (tooDeep !== undefined)
    return { value: {}, problems: [{ ...tooDeep, file, line: 1 }], lineOf: () => undefined };
  const lines = lineIndexOf(text);
  const problems: Problem[] = [];
  const onDuplicate = (path: string, offset: number, name: string): void => {
    const message = `"${name}" occurs twice`;
    problems.push({ path, code: 'DuplicateKey', message, file, line: lines.lineAt(offset) });
  };
  scan(text, onDuplicate, false);
  let root: Place | undefined;
  return {
    value,
    problems,
    lineOf: (path) => {
      root ??= scan(text, () => undefined, true);
      const place = find(root, path);
      return place === undefined ? undefined : lines.lineAt(place.offset);
    },
  };
}

/** Returns the JSON problem of a text that is neither JSON nor YAML. */
export function jsonProblem(text: string, file: string): Problem | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const position = /position (\d+)/.exec(reason)?.[1];
    const line = position === undefined ? undefined : lineIndexOf(text).lineAt(Number(position));
    return { path: '', code: 'Syntax', message: `not JSON: ${reason}`, file, line };
  }
}

function find(root: Place, path: string): Place | undefined {
  let place: Place | undefined = root;
  let rest = path;
  while (rest !== '' && place !== undefined) {
    const inside: Map<string, Place> = place.inside ?? new Map();
    let end = rest.length;
    while (end > 0 && !inside.has(rest.slice(0, end))) end = rest.lastIndexOf('.', end - 1);
    place = end > 0 ? inside.get(rest.slice(0, end)) : undefined;
    rest = rest.slice(end + 1);
  }
  return place;
}

/** Scans JSON that is known to be well-formed. */
function scan(
  text: string,
  onDuplicate: (path: string, offset: number, name: string) => void,
  keepPlaces: boolean,
): Place {
  let at = 0;
  const skipSpace = (): void => {
    while (text.charCodeAt(at) <= 32) at++;
  };
  const readString = (): string => {
    const start = at++;
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at++;
    const raw = text.slice(start, at);
    return raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
  };
  const readObject = (path: string): Map<string, Place> => {
    const inside = new Map<string, Place>();
    const names = new Set<string>();
    at++;
    for (skipSpace(); text[at] !== '}'; skipSpace()) {
      const offset = at;
      const name = readString();
      const here = within(path, name);
      if (names.has(name)) onDuplicate(here, offset, name);
      names.add(name);
      skipSpace();
      at++;
      const place = readValue(here);
      if (keepPlaces) inside.set(name, { ...place, offset });
      skipSpace();
      if (text[at] === ',') at++;
    }
    at++;
    return inside;
  };
  const readList = (path: string): Map<string, Place> => {
    const inside = new Map<string, Place>();
    at++;
    skipSpace();
    for (let index = 0; text[at] !== ']'; index++) {
      const place = readValue(within(path, index));
      if (keepPlaces) inside.set(String(index), place);
      skipSpace();
      if (text[at] === ',') at++;
      skipSpace();
    }
    at++;
    return inside;
  };
  const readValue = (path: string): Place => {
    skipSpace();
    const offset = at;
    const first = text[at];
    if (first === '{') return { offset, inside: readObject(path) };
    if (first === '[') return { offset, inside: readList(path) };
    if (first === '"') readString();
    else while (at < text.length && !',]}'.includes(text[at] ?? ',') && text.charCodeAt(at) > 32) at++;
    return { offset };
  };
  return readValue('');
}
