import type { JsonValue } from '../../../model/json.ts';
import type { Data } from '../data.ts';
import type { MapState } from '../definition.ts';
import type { Strand } from '../engine.ts';
import { StateFailure } from '../errors.ts';
import type { Items } from '../progress.ts';
import type { Scope } from '../scope.ts';
import { abortedEvent, innerStrand, type Nest } from '../strands.ts';
import type { Visit } from '../visit.ts';
import { selectItem } from './select-item.ts';

/** "Using Map state in Inline mode" (Developer Guide): up to 40 concurrent iterations. */
const INLINE_CONCURRENCY_MAX = 40;

interface Iteration {
  index: number;
  inner: Strand;
}

interface InlineMap {
  visit: Visit<MapState>;
  inside: Items;
  nest: Nest;
  scope: Scope;
  outputs: JsonValue[];
  /** The indices of iterations that have not succeeded yet. */
  waiting: number[];
  running: Set<Iteration>;
}

/**
 * Runs iterations inside this execution, each as soon as a slot is free. The first failure cancels the others. In a
 * redrive, successful iterations keep their output.
 */
export async function runInline(visit: Visit<MapState>, inside: Items, nest: Nest): Promise<JsonValue[]> {
  const { items, maxConcurrency } = inside.settings;
  const scope = visit.strand.scope.child();
  const map: InlineMap = { visit, inside, nest, scope, outputs: [], waiting: [], running: new Set() };
  for (const index of items.keys()) keepOrQueue(map, index);
  const slots = Math.min(
    maxConcurrency || INLINE_CONCURRENCY_MAX,
    INLINE_CONCURRENCY_MAX,
    map.waiting.length,
  );
  try {
    await Promise.all(Array.from({ length: slots }, () => runSlot(map)));
    return map.outputs;
  } catch (error) {
    scope.cancel();
    throw error;
  } finally {
    scope.close();
  }
}

function keepOrQueue(map: InlineMap, index: number): void {
  const { iterations, succeeded } = map.inside;
  const lastEventId = succeeded.get(index);
  const done = iterations[index]?.done;
  if (done === undefined || lastEventId === undefined) {
    map.waiting.push(index);
    return;
  }
  const { trail } = map.visit.strand;
  map.outputs[index] = done.output.value;
  trail.goOnFrom(Math.max(trail.last, lastEventId));
}

/** A slot runs one item after the other. In the history, each iteration follows the previous event of its slot. */
async function runSlot(map: InlineMap): Promise<void> {
  const { visit, inside, scope } = map;
  let last = visit.strand.trail.last;
  for (;;) {
    const index = map.waiting.shift();
    if (index === undefined) return;
    const item = { Index: index, Value: inside.settings.items[index] ?? null };
    const inner = innerStrand(visit.strand, scope, inside.iterations[index], item);
    inner.trail.last = last;
    await runIteration(map, { index, inner });
    last = inner.trail.last;
  }
}

async function runIteration(map: InlineMap, iteration: Iteration): Promise<void> {
  const { visit } = map;
  const { index, inner } = iteration;
  const details = { index, name: visit.state.name };
  try {
    const { at, done } = inner.progress;
    const isNew = at === undefined && done === undefined;
    const input = isNew ? await select(map, iteration) : (at?.input ?? visit.input);
    inner.scope.throwIfCanceled();
    if (isNew) inner.trail.add('MapIterationStarted', details);
    map.inside.iterations[index] = inner.progress;
    map.running.add(iteration);
    const output = await map.nest(inner, visit.state.processor, input);
    map.running.delete(iteration);
    map.outputs[index] = output.value;
    const lastEventId = inner.trail.aside('MapIterationSucceeded', details);
    map.inside.succeeded.set(index, lastEventId);
    visit.strand.trail.last = lastEventId;
  } catch (error) {
    if (error instanceof StateFailure && !map.scope.canceled) cut(map, iteration, error);
    throw error;
  }
}

/** The input of an item is evaluated before its iteration starts, so a failure is a failure of the Map state. */
async function select(map: InlineMap, { index, inner }: Iteration): Promise<Data> {
  const item = inner.mapItem ?? { Index: index, Value: null };
  return await selectItem(map.visit.in({ ...map.visit.strand, trail: inner.trail, mapItem: item }), item);
}

/**
 * The first iteration that fails aborts the others. The aborted iterations and their states are recorded after the
 * failure, and MapIterationFailed and MapStateFailed also follow the failure (as recorded from AWS). An error of the
 * runtime leaves no such record.
 */
function cut(map: InlineMap, failed: Iteration, failure: StateFailure): void {
  const { name } = map.visit.state;
  const { trail } = map.visit.strand;
  trail.last = failed.inner.trail.last;
  const started = map.running.delete(failed);
  if (failure.error !== 'States.Runtime') {
    for (const { index, inner } of map.running) {
      trail.aside('MapIterationAborted', { index, name });
      const aborted = abortedEvent(inner);
      if (aborted !== undefined) trail.aside(aborted);
    }
    if (started) trail.aside('MapIterationFailed', { index: failed.index, name });
  }
  map.scope.cancel();
}
