import { ecsServiceRestart } from './ecs-service-restart.ts';
import type { Verb } from './verb.ts';

/** Every verb. A new one needs a file, a line here, and its rules in the checker of plans. */
export const verbs: readonly Verb[] = [ecsServiceRestart];

/** Returns the verb of a resource type, or undefined if the type doesn't have it. */
export function findVerb(type: string, name: string): Verb | undefined {
  return verbs.find((verb) => verb.type === type && verb.name === name);
}

/** Returns the names of the verbs of a resource type. */
export function verbNamesOf(type: string): string[] {
  return verbs.filter((verb) => verb.type === type).map(({ name }) => name);
}
