import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInput } from '../model/errors.ts';
import { closest } from '../model/suggest.ts';
import { sortedUnique } from './order.ts';

/** A standard, law or guide of compliance, and which rules speak for which of its controls. */
export interface Framework {
  name: string;
  /** The proper name of the document. */
  title: string;
  /** What people type for it, besides its name. */
  aliases: string[];
  /** Who publishes the document and where; who mapped rules to it. */
  source: string;
  /** Ids of rules by control, sorted. A rule supports a control; it doesn't prove it by itself. */
  controls: Record<string, string[]>;
}

const folder = join(import.meta.dirname, 'frameworks');
let known: readonly Framework[] | undefined;

/** All frameworks that come with Baton, by file name; read when first asked for. */
export function frameworks(): readonly Framework[] {
  known ??= readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Framework);
  return known;
}

/** `NIST800-53Rev5`, `nist-800-53-rev-5` and `NIST 800-53 Rev5` are one. */
function normal(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/**
 * The framework of a name, a title or an alias, whatever its case and punctuation. A family's name alone means its
 * newest edition, and the level that holds the others or, in FedRAMP, is asked for most.
 * @throws InvalidInput when no framework is called so; says which one is nearest
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

/** Ids of the rules that support any control of the framework, sorted, each once. */
export function rulesOf({ controls }: Framework): string[] {
  return sortedUnique(Object.values(controls).flat());
}

const byNumber = new Intl.Collator('en', { numeric: true }).compare;

/** All controls that rules support, `AC-2` before `AC-10`. */
export function orderedControls({ controls }: Framework): string[] {
  return Object.keys(controls).sort(byNumber);
}

/** The controls that a rule supports, `AC-2` before `AC-10`; empty when it supports none. */
export function controlsOf({ controls }: Framework, rule: string): string[] {
  return Object.keys(controls)
    .filter((control) => controls[control]?.includes(rule))
    .sort(byNumber);
}
