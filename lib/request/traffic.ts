import type { JsonValue } from '../model/json.ts';
import { readTrafficPolicy } from '../model/traffic-policy.ts';
import { whyNoWeight } from '../model/weighted-types.ts';
import { within } from '../template/intrinsic.ts';
import type { Problems } from './problems.ts';

/**
 * Checks what a resource declares under `traffic`, and that its type has traffic weights. Reports all problems.
 *
 * @param declared with references as `${Name}` in text
 */
export function checkTraffic(declared: JsonValue, type: string, path: string, problems: Problems): void {
  const unweighted = whyNoWeight(type);
  if (unweighted !== undefined) problems.add(path, 'Traffic', unweighted);
  const read = readTrafficPolicy(declared);
  if ('policy' in read) return;
  for (const { path: inside, message } of read.problems) {
    const at = inside.reduce<string>((whole, part) => within(whole, part as string | number), path);
    problems.add(at, 'Traffic', message);
  }
}
