import type { JsonValue } from '../../../model/json.ts';
import { Data } from '../data.ts';
import type { MapState } from '../definition.ts';
import type { MapItem } from '../engine.ts';
import type { Visit } from '../visit.ts';

/** The evaluated fields of a Map. 0 means no concurrency limit by the state, or no tolerated failure. */
export interface MapSettings {
  items: JsonValue[];
  maxConcurrency: number;
  toleratedFailureCount: number;
  toleratedFailurePercentage: number;
}

/** Returns the input of the processor for an item: the item, or the result of ItemSelector. */
export async function selectItem(visit: Visit<MapState>, item: MapItem): Promise<Data> {
  const selector = visit.state.itemSelector;
  const selected =
    selector === undefined ? item.Value : await visit.evaluate(selector, visit.bindings({}, item));
  const input = Data.of(selected);
  if (input.isTooLarge) throw visit.tooLarge('input');
  return input;
}
