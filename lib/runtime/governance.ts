import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GovernanceBundle } from '../change/governance-bundle.ts';
import { bundledFolder } from './services.ts';

const made = new Map<string, GovernanceBundle>();

/** Returns the governance of an environment from the function's bundle. */
export function governance(environment: string): GovernanceBundle {
  const read = () =>
    JSON.parse(readFileSync(join(bundledFolder(), 'governance', `${environment}.json`), 'utf8'));
  const known = made.get(environment) ?? (read() as GovernanceBundle);
  made.set(environment, known);
  return known;
}
