import type { JsonValue } from '../../../model/json.ts';
import type { Data } from '../data.ts';
import type { MapState } from '../definition.ts';
import type { Strand } from '../engine.ts';
import { StateFailure } from '../errors.ts';
import type { Scope } from '../scope.ts';
import { abortedEvent, innerStrand, type Nest } from '../strands.ts';
import type { Visit } from '../visit.ts';
import { type MapSettings, selectItem } from './map-settings.ts';

/** "Using Map state in Inline mode" (Developer Guide): up to 40 concurrent iterations. */
const INLINE_CONCURRENCY_MAX = 40;

interface Iteration {
  index: number;
  inner: Strand;
}

interface InlineMap {
  visit: Visit<MapState>;
  settings: MapSettings;
  nest: Nest;
  scope: Scope;
  outputs: JsonValue[];
  next: number;
  running: Set<Iteration>;
}

/** Iterations of this execution, each started as soon as a slot is free; the first to fail ends the others. */
export async function runInline(
  visit: Visit<MapState>,
  settings: MapSettings,
  nest: Nest,
): Promise<JsonValue[]> {
  const { items, maxConcurrency } = settings;
  const slots = Math.min(maxConcurrency || INLINE_CONCURRENCY_MAX, INLINE_CONCURRENCY_MAX, items.length);
  const scope = visit.strand.scope.child();
  const map: InlineMap = { visit, settings, nest, scope, outputs: [], next: 0, running: new Set() };
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

/** A slot takes one item after the other; in the history each follows what the slot did last. */
async function runSlot(map: InlineMap): Promise<void> {
  const { visit, settings, scope } = map;
  let last = visit.strand.trail.last;
  while (map.next < settings.items.length) {
    const index = map.next;
    map.next += 1;
    const item = { Index: index, Value: settings.items[index] ?? null };
    const inner = innerStrand(visit.strand, scope, item);
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
    const input = await select(map, iteration);
    inner.scope.throwIfCancelled();
    inner.trail.add('MapIterationStarted', details);
    map.running.add(iteration);
    const output = await map.nest(inner, visit.state.processor, input);
    map.running.delete(iteration);
    map.outputs[index] = output.value;
    visit.strand.trail.last = inner.trail.aside('MapIterationSucceeded', details);
  } catch (error) {
    if (error instanceof StateFailure && !map.scope.cancelled) cut(map, iteration, error);
    throw error;
  }
}

/** An item's input is made before its iteration starts; the Map state is what fails if it can't be. */
async function select(map: InlineMap, { index, inner }: Iteration): Promise<Data> {
  const item = inner.mapItem ?? { Index: index, Value: null };
  return await selectItem(map.visit.in({ ...map.visit.strand, trail: inner.trail, mapItem: item }), item);
}

/**
 * The first iteration to fail cuts the others. They and the states they were in are recorded after
 * the failure, which MapIterationFailed and MapStateFailed follow too (as recorded from AWS). An
 * error of the runtime leaves no such record.
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
