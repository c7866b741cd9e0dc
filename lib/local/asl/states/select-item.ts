import type { MapItem } from '../children.ts';
import { Data } from '../data.ts';
import type { MapState } from '../definition.ts';
import type { Visit } from '../visit.ts';

/** Returns the input of the processor for an item: the item, or the result of ItemSelector. */
export async function selectItem(visit: Visit<MapState>, item: MapItem): Promise<Data> {
  const selector = visit.state.itemSelector;
  const selected =
    selector === undefined ? item.Value : await visit.evaluate(selector, visit.bindings({}, item));
  const input = Data.of(selected);
  if (input.isTooLarge) throw visit.tooLarge('input');
  return input;
}
