/** Converts histories to the short form of the recorded cases, and compares them. */
import { isObject, type JsonObject, type JsonValue } from '../../lib/model/json.ts';
import type { Matcher } from './wildcards.ts';

type Difference = { expected: JsonValue; got: JsonValue } | undefined;

/** Short names for fields of an event's details. Others keep their names. */
const SHORT: Record<string, string> = { assignedVariables: 'assigned' };
const TEXTS = new Set(['input', 'output', 'parameters']);

/** Returns events as `{type, id, prev, ...details}`, with nested JSON texts parsed. */
export function simplifyHistory(events: { [field: string]: unknown }[]): JsonObject[] {
  return events.map((event) => {
    const details = Object.entries(event).find(([field]) => field.endsWith('EventDetails'))?.[1] ?? {};
    const { type, id, previousEventId } = event as { type: string; id: number; previousEventId: number };
    return { type, id, prev: previousEventId, ...shortDetails(details as JsonObject) };
  });
}

function shortDetails(details: JsonObject): JsonObject {
  const short: JsonObject = {};
  for (const [field, value] of Object.entries(details)) {
    if (field.endsWith('Details') || field === 'roleArn' || field === 'redriveCount') continue;
    const name = field === 'name' ? 'stateName' : (SHORT[field] ?? field);
    short[name] = TEXTS.has(field) ? parse(value) : name === 'assigned' ? parseAll(value) : value;
  }
  return short;
}

/** Compares a cause as JSON if the expected cause is JSON. */
function likeExpected(expected: JsonObject, got: JsonObject): JsonObject {
  if (expected.causeJson === undefined || typeof got.cause !== 'string') return got;
  const { cause, ...rest } = got;
  return { ...rest, causeJson: parse(cause ?? null) };
}

/** Returns the first event that differs. */
export function compareHistories(
  expected: JsonObject[],
  got: JsonObject[],
  matches: Matcher,
  parallelNormalized: boolean,
): Difference {
  if (parallelNormalized) return compareAsSets(expected, got, matches);
  if (expected.length !== got.length) {
    return { expected: expected.map(({ type }) => type ?? null), got: got.map(({ type }) => type ?? null) };
  }
  for (const [index, wanted] of expected.entries()) {
    const found = likeExpected(wanted, got[index] ?? {});
    if (!matches(wanted, found)) return { expected: wanted, got: found };
  }
  return undefined;
}

const PARALLEL_ENDS = new Set(['ParallelStateSucceeded', 'ParallelStateFailed']);

/**
 * Events of branches come in any order. Those recorded without an order (their id is `[0]`) are a multiset, and the
 * rest are found by their id. The recording may omit the end of a Parallel state.
 */
function compareAsSets(expected: JsonObject[], got: JsonObject[], matches: Matcher): Difference {
  const left = [...got];
  const unordered = (event: JsonObject) => Array.isArray(event.id);
  for (const wanted of [...expected].sort((a, b) => Number(unordered(a)) - Number(unordered(b)))) {
    const index = left.findIndex((event) =>
      matches(wanted, likeExpected(wanted, unordered(wanted) ? blur(event) : event)),
    );
    if (index < 0) return { expected: wanted, got: left };
    left.splice(index, 1);
  }
  const unexpected = left.filter(({ type }) => !PARALLEL_ENDS.has(String(type)));
  return unexpected.length === 0 ? undefined : { expected: [], got: unexpected };
}

function blur(event: JsonObject): JsonObject {
  return { ...event, id: [0], prev: 0 };
}

function parse(value: JsonValue): JsonValue {
  return typeof value === 'string' ? (JSON.parse(value) as JsonValue) : value;
}

function parseAll(value: JsonValue): JsonValue {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, parse(text)]));
}
