import { readFileSync } from 'node:fs';
import { assemblyWith } from './assembly-with.ts';

interface Context {
  context: { baton: { environments: { regulated: { governance: { maintenance?: string[] } } } } };
}

/**
 * Returns the assembly of `cdk.json`, except that changes of `regulated` run at night: at 02:30 in Berlin, for an hour.
 */
export function windowedAssembly(): Promise<string> {
  const file = new URL('../../cdk.json', import.meta.url);
  const { context } = JSON.parse(readFileSync(file, 'utf8')) as Context;
  context.baton.environments.regulated.governance.maintenance = ['test/machines/calendars/nightly.ics'];
  return assemblyWith(context.baton);
}
