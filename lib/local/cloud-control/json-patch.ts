/** JSON Patch, RFC 6902. */
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { ServiceError } from '../gateway/wire.ts';

/** Returns a patched copy. Throws InvalidRequestException if the patch doesn't apply. */
export function applyPatch(document: JsonObject, patch: JsonValue): JsonObject {
  if (!Array.isArray(patch)) throw invalid('the patch document must be a list of operations');
  const holder: JsonObject = { root: structuredClone(document) };
  for (const entry of patch) {
    if (!isObject(entry)) throw invalid('an operation must be an object');
    applyOne(holder, entry);
  }
  const result = holder.root;
  if (!isObject(result)) throw invalid('the patch leaves no object');
  return result;
}

type Apply = (holder: JsonObject, entry: JsonObject, path: string[]) => void;

const operations: Record<string, Apply> = {
  add: (holder, entry, path) => insert(holder, path, valueIn(entry)),
  remove: (holder, _entry, path) => void take(holder, path),
  replace: (holder, entry, path) => {
    take(holder, path);
    insert(holder, path, valueIn(entry));
  },
  move: (holder, entry, path) => insert(holder, path, take(holder, pointer(entry.from))),
  copy: (holder, entry, path) => insert(holder, path, structuredClone(read(holder, pointer(entry.from)))),
  test: (holder, entry, path) => {
    if (canonicalJson(read(holder, path)) === canonicalJson(valueIn(entry))) return;
    throw invalid(`test of ${entry.path} failed`);
  },
};

function applyOne(holder: JsonObject, entry: JsonObject): void {
  const apply = operations[String(entry.op)];
  if (apply === undefined) throw invalid(`unknown operation ${JSON.stringify(entry.op)}`);
  apply(holder, entry, pointer(entry.path));
}

function valueIn(entry: JsonObject): JsonValue {
  return structuredClone(entry.value ?? null);
}

function pointer(text: JsonValue | undefined): string[] {
  if (typeof text !== 'string' || (text !== '' && !text.startsWith('/')))
    throw invalid(`${text} is no JSON pointer`);
  return [
    'root',
    ...text
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
  ];
}

function read(holder: JsonObject, path: string[]): JsonValue {
  const found = path.reduce<JsonValue | undefined>((part, name) => {
    if (Array.isArray(part)) return part[Number(name)];
    return isObject(part) && Object.hasOwn(part, name) ? part[name] : undefined;
  }, holder);
  if (found === undefined) throw invalid(`there is nothing at /${path.slice(1).join('/')}`);
  return found;
}

function insert(holder: JsonObject, path: string[], value: JsonValue): void {
  const name = path.at(-1) ?? '';
  const place = path.length === 1 ? holder : read(holder, path.slice(0, -1));
  if (Array.isArray(place)) {
    const index = name === '-' ? place.length : Number(name);
    if (!Number.isInteger(index) || index < 0 || index > place.length)
      throw invalid(`${name} is no place in a list of ${place.length}`);
    place.splice(index, 0, value);
  } else if (isObject(place)) place[name] = value;
  else throw invalid(`/${path.slice(1).join('/')} is inside of a plain value`);
}

function take(holder: JsonObject, path: string[]): JsonValue {
  const value = read(holder, path);
  const name = path.at(-1) ?? '';
  const place = path.length === 1 ? holder : read(holder, path.slice(0, -1));
  if (Array.isArray(place)) place.splice(Number(name), 1);
  else if (isObject(place) && path.length > 1) delete place[name];
  return value;
}

function invalid(reason: string): ServiceError {
  return new ServiceError('InvalidRequestException', `Invalid patch document: ${reason}`);
}
