import type { JsonValue } from '../../../model/json.ts';
import { Data } from '../data.ts';
import type { MapState } from '../definition.ts';
import type { MapItem } from '../engine.ts';
import type { Visit } from '../visit.ts';

/** A Map's fields, evaluated. 0 means no limit of the state's own, and no failure tolerated. */
export interface MapSettings {
  items: JsonValue[];
  maxConcurrency: number;
  toleratedFailureCount: number;
  toleratedFailurePercentage: number;
}

/** What the processor gets for an item: the item, or what ItemSelector makes of it. */
export async function selectItem(visit: Visit<MapState>, item: MapItem): Promise<Data> {
  const selector = visit.state.itemSelector;
  const selected =
    selector === undefined ? item.Value : await visit.evaluate(selector, visit.bindings({}, item));
  const input = Data.of(selected);
  if (input.isTooLarge) throw visit.tooLarge('input');
  return input;
}
