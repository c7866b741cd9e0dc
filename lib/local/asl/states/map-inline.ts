import type { JsonValue } from '../../../model/json.ts';
import type { MapState } from '../definition.ts';
import type { Strand } from '../engine.ts';
import { StateFailure } from '../errors.ts';
import type { Scope } from '../scope.ts';
import { innerStrand, type Nest, writeStateAborted } from '../strands.ts';
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
  inner.scope.throwIfCancelled();
  inner.trail.add('MapIterationStarted', details);
  map.running.add(iteration);
  try {
    const input = await selectItem(asSeenBy(visit, inner), inner.mapItem ?? { Index: index, Value: null });
    const output = await map.nest(inner, visit.state.processor, input);
    map.outputs[index] = output.value;
    visit.strand.trail.last = inner.trail.aside('MapIterationSucceeded', details);
  } catch (error) {
    map.running.delete(iteration);
    if (error instanceof StateFailure && !inner.scope.cancelled) {
      fail(map, iteration);
    }
    throw error;
  }
  map.running.delete(iteration);
}

/** The Map state's own visit, writing where the iteration writes. */
function asSeenBy(visit: Visit<MapState>, inner: Strand): Visit<MapState> {
  return visit.in({ ...visit.strand, trail: inner.trail, mapItem: inner.mapItem });
}

function fail(map: InlineMap, failed: Iteration): void {
  const { name } = map.visit.state;
  const { trail } = map.visit.strand;
  writeStateAborted(failed.inner);
  trail.last = failed.inner.trail.last;
  failed.inner.trail.aside('MapIterationFailed', { index: failed.index, name });
  for (const { index, inner } of map.running) {
    writeStateAborted(inner);
    inner.trail.aside('MapIterationAborted', { index, name });
  }
  map.scope.cancel();
}
