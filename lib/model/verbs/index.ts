import { ecsServiceRestart } from './ecs-service-restart.ts';
import type { Verb } from './verb.ts';

/** Every verb there is; a new one is a file of its own, a line here, and its rules in the checker of plans. */
export const verbs: readonly Verb[] = [ecsServiceRestart];

/** The verb of a resource type; undefined where the type has none of that name. */
export function findVerb(type: string, name: string): Verb | undefined {
  return verbs.find((verb) => verb.type === type && verb.name === name);
}

/** Names of the verbs of a resource type. */
export function verbNamesOf(type: string): string[] {
  return verbs.filter((verb) => verb.type === type).map(({ name }) => name);
}
