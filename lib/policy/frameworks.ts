import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInput } from '../model/errors.ts';
import { closest } from '../model/suggest.ts';
import { sortedUnique } from './order.ts';

/** A compliance standard, law or guide, and the rules that support each of its controls. */
export interface Framework {
  name: string;
  /** The official title of the document. */
  title: string;
  /** Other names that users may type. */
  aliases: string[];
  /** Who publishes the document and where, and who mapped rules to it. */
  source: string;
  /** Rule ids by control, sorted. A rule supports a control but doesn't prove compliance by itself. */
  controls: Record<string, string[]>;
}

const folder = join(import.meta.dirname, 'frameworks');
let known: readonly Framework[] | undefined;

/** Returns all frameworks that come with Baton, by file name. Reads them at the first call. */
export function frameworks(): readonly Framework[] {
  known ??= readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Framework);
  return known;
}

/** `NIST800-53Rev5`, `nist-800-53-rev-5` and `NIST 800-53 Rev5` are the same name. */
function normal(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/**
 * Finds a framework by name, title or alias, ignoring case and punctuation. The name of a family alone means its newest
 * edition, and the level that includes the others or, in FedRAMP, the most common level.
 * @throws InvalidInput with the nearest name if there is no such framework
 */
export function findFramework(name: string): Framework {
  const called = frameworks().flatMap((framework) =>
    [framework.name, framework.title, ...framework.aliases].map((one): [string, Framework] => [
      one,
      framework,
    ]),
  );
  const wanted = normal(name);
  const found = called.find(([one]) => normal(one) === wanted)?.[1];
  if (found) return found;
  const names = new Map(called.map(([one, framework]) => [normal(one), framework.name]));
  const near = names.get(closest(wanted, names.keys()) ?? '');
  const hint =
    near === undefined
      ? `known are ${frameworks()
          .map((one) => one.name)
          .join(', ')}`
      : `did you mean ${near}?`;
  const message = `there is no framework ${name}; ${hint}`;
  throw new InvalidInput([{ code: 'UnknownFramework', message, path: '' }]);
}

/** Returns the ids of the rules that support any control of the framework, sorted and unique. */
export function rulesOf({ controls }: Framework): string[] {
  return sortedUnique(Object.values(controls).flat());
}

const byNumber = new Intl.Collator('en', { numeric: true }).compare;

/** Returns all controls that rules support, with `AC-2` before `AC-10`. */
export function orderedControls({ controls }: Framework): string[] {
  return Object.keys(controls).sort(byNumber);
}

/** Returns the controls that a rule supports, with `AC-2` before `AC-10`. Empty if there are none. */
export function controlsOf({ controls }: Framework, rule: string): string[] {
  return Object.keys(controls)
    .filter((control) => controls[control]?.includes(rule))
    .sort(byNumber);
}
