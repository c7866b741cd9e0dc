import { findCapacity } from '../model/capacity/index.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { readScalingPolicies, type ScalingPolicy } from '../model/scaling-policy.ts';
import { within } from '../template/intrinsic.ts';
import type { Problems } from './problems.ts';

/** The resource that a policy is for. */
export interface ScaledResource {
  type: string;
  properties: JsonObject;
}

/**
 * Checks what a resource declares under `scaling`: each policy's form, that its type has the capacity, and that the bounds
 * fit the type. Reports all problems.
 *
 * @param declared with references as `${Name}` in text
 */
export function checkScaling(
  declared: JsonValue,
  resource: ScaledResource,
  path: string,
  problems: Problems,
): void {
  const read = readScalingPolicies(declared);
  const report = (inside: PropertyKey[], message: string) =>
    problems.add(
      inside.reduce<string>((whole, part) => within(whole, part as string | number), path),
      'Scaling',
      message,
    );
  if (!('policies' in read)) {
    for (const { path: inside, message } of read.problems) report(inside, message);
    if (!Array.isArray(declared)) checkType(declared, resource, report);
    return;
  }
  const taken = new Set<string>();
  for (const [index, policy] of read.policies.entries()) {
    const inside = Array.isArray(declared) ? [index] : [];
    checkPolicy(policy, resource, (at, message) => report([...inside, ...at], message));
    const trait = findCapacity(resource.type, policy.property);
    if (typeof trait === 'string') continue;
    if (taken.has(trait.property))
      report(
        inside,
        `a second policy for ${trait.property}; expected one for each capacity, named by property`,
      );
    taken.add(trait.property);
  }
}

type Report = (inside: PropertyKey[], message: string) => void;

/** A type without a capacity is reported in addition to the problems of the policy's own form. */
function checkType(declared: JsonValue, { type }: ScaledResource, report: Report): void {
  const property = isObject(declared) ? declared.property : undefined;
  const trait = findCapacity(type, typeof property === 'string' ? property : undefined);
  if (typeof trait === 'string') report(property === undefined ? [] : ['property'], trait);
}

function checkPolicy(policy: ScalingPolicy, resource: ScaledResource, report: Report): void {
  const trait = findCapacity(resource.type, policy.property);
  if (typeof trait === 'string') {
    report(policy.property === undefined ? [] : ['property'], trait);
    return;
  }
  const unmet = trait.unmet?.(resource.properties);
  if (unmet !== undefined) report([], `${trait.property} can't be scaled: ${unmet}`);
  const bounds: [PropertyKey[], number | undefined][] = [
    ...[policy].flatMap(({ min, max }): [PropertyKey[], number][] => [
      [['min'], min],
      [['max'], max],
    ]),
    ...policy.schedule.flatMap(({ min, max }, index): [PropertyKey[], number | undefined][] => [
      [['schedule', index, 'min'], min],
      [['schedule', index, 'max'], max],
    ]),
  ];
  const { least, most = Number.POSITIVE_INFINITY, step, unit } = trait;
  for (const [at, value] of bounds) {
    if (value === undefined) continue;
    if (value < least || value > most)
      report(
        at,
        `expected ${least} to ${most === Number.POSITIVE_INFINITY ? 'any number of' : most} ${unit}, got ${value}`,
      );
    else if (value % step !== 0) report(at, `expected a multiple of ${step} ${unit}, got ${value}`);
  }
}
