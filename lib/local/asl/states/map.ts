import { isObject, type JsonValue } from '../../../model/json.ts';
import type { MapSettings } from '../children.ts';
import { Data } from '../data.ts';
import type { MapState } from '../definition.ts';
import { StateFailure } from '../errors.ts';
import type { Items, Outcome } from '../progress.ts';
import { withRecovery } from '../recovery.ts';
import type { Nest } from '../strands.ts';
import type { Visit } from '../visit.ts';
import { runDistributed } from './map-distributed.ts';
import { runInline } from './map-inline.ts';

/** Runs its processor once for each item, as iterations of this execution or as separate executions. */
export async function runMap(visit: Visit<MapState>, nest: Nest): Promise<Outcome> {
  return await withRecovery(visit, async () => {
    const { trail } = visit.strand;
    try {
      const inside = await begin(visit);
      const distributed = visit.state.distributed !== undefined;
      const outputs = distributed
        ? await runDistributed(visit, inside)
        : await runInline(visit, inside, nest);
      trail.aside('MapStateSucceeded');
      return Data.of(outputs);
    } catch (error) {
      if (error instanceof StateFailure && error.error !== 'States.Runtime') trail.add('MapStateFailed');
      throw error;
    }
  });
}

/** A redriven Map keeps its items and limits. */
async function begin(visit: Visit<MapState>): Promise<Items> {
  const { position, strand } = visit;
  const kept = position.inside?.kind === 'items' ? position.inside : undefined;
  const settings = kept?.settings ?? (await evaluateSettings(visit));
  const { length } = settings.items;
  const startedId = kept?.startedId ?? strand.trail.add('MapStateStarted', { length });
  strand.trail.goOnFrom(startedId);
  const iterations = [...(kept?.iterations ?? [])];
  const succeeded = new Map(kept?.succeeded);
  const inside: Items = { ...kept, kind: 'items', settings, startedId, iterations, succeeded };
  position.inside = inside;
  return inside;
}

async function evaluateSettings(visit: Visit<MapState>): Promise<MapSettings> {
  const { state } = visit;
  const bindings = visit.bindings();
  const items = await evaluateItems(visit);
  const maxConcurrency = (await visit.evaluateNumber(state.maxConcurrency, bindings)) ?? 0;
  const toleratedFailureCount = (await visit.evaluateNumber(state.toleratedFailureCount, bindings)) ?? 0;
  const toleratedFailurePercentage =
    (await visit.evaluateNumber(state.toleratedFailurePercentage, bindings)) ?? 0;
  return { items, maxConcurrency, toleratedFailureCount, toleratedFailurePercentage };
}

async function evaluateItems(visit: Visit<MapState>): Promise<JsonValue[]> {
  const { items } = visit.state;
  if (items !== undefined) return (await visit.evaluate(items, visit.bindings(), 'array')) as JsonValue[];
  const input = visit.input.value;
  if (Array.isArray(input)) return input;
  const shown = isObject(input) || typeof input === 'string' ? JSON.stringify(input) : String(input);
  throw visit.evaluationFailure(`Map state input must be an array but was: ${shown}`);
}
