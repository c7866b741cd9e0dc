import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidInput, type Problem } from '../model/errors.ts';
import type { TypeLookup } from '../model/spec.ts';
import { compareText } from '../model/text.ts';
import { hashOfRules } from './bundle.ts';
import { compileFile } from './compile.ts';
import type { PackCache } from './pack-cache.ts';
import type { PackReference, PolicyBundle, PolicyRule } from './types.ts';
import { checkTyping, type TypingJob } from './typing.ts';

/** The folder of the packs that come with Baton. */
export const builtInPacks = join(import.meta.dirname, 'packs');

function cedarFiles(directory: string): string[] {
  const found = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return found.filter((file) => file.endsWith('.cedar')).sort();
}

/** Where to find packs, and what to check them with. */
export interface PackSources {
  /** Folders, searched in order; see `builtInPacks`. */
  directories: string[];
  lookup: TypeLookup;
  /** Without a cache, every pack is compiled each time. */
  cache?: PackCache;
}

function byPlace(left: Problem, right: Problem): number {
  return compareText(left.file ?? '', right.file ?? '') || (left.line ?? 0) - (right.line ?? 0);
}

/** Loads the rules of one pack. Adds problems to `problems`. */
export function loadPack(
  pack: PackReference,
  { directories, lookup, cache }: PackSources,
  problems: Problem[],
): PolicyRule[] {
  const folder = directories
    .map((directory) => resolve(directory, pack.name))
    .find((path) => existsSync(path));
  if (!folder) {
    const message = `there is no policy pack ${pack.name}; looked in ${directories.join(', ')}`;
    problems.push({ code: 'UnknownPack', message, path: '' });
    return [];
  }
  const files = cedarFiles(folder);
  if (files.length === 0) {
    problems.push({ code: 'EmptyPack', message: `the policy pack ${folder} holds no .cedar file`, path: '' });
  }
  const sources = files.map((name) => {
    const file = join(folder, name);
    return { name, file, text: readFileSync(file, 'utf8') };
  });
  let rules: PolicyRule[] = [];
  const compile = (): PolicyRule[] | undefined => {
    const found: Problem[] = [];
    const typing: TypingJob[] = [];
    rules = sources.flatMap((source) => compileFile(source, pack, lookup, found, typing));
    checkTyping(typing, lookup);
    problems.push(...found.sort(byPlace));
    // A pack with problems is not cached, so that they are reported again.
    return found.length === 0 ? rules : undefined;
  };
  const { mode, name } = pack;
  const kept = cache ? cache.rulesOf(name, sources, compile) : compile();
  return kept?.map((rule) => ({ ...rule, mode })) ?? rules;
}

/** A rule must be in one file of one pack. With two, it would be undefined which one applies. */
export function duplicates(rules: PolicyRule[]): Problem[] {
  const homes = Map.groupBy(rules, (rule) => rule.id);
  return [...homes].flatMap(([id, same]) => {
    const files = [...new Set(same.map((rule) => rule.key.replace(/#\d+$/, '')))];
    if (files.length < 2) return [];
    return [{ code: 'DuplicateRule', message: `the rule ${id} stands in ${files.join(' and ')}`, path: '' }];
  });
}

export function repeated(packs: PackReference[]): Problem[] {
  return [...Map.groupBy(packs, ({ name }) => name)].flatMap(([name, same]) =>
    same.length > 1
      ? [
          {
            code: 'DuplicatePack',
            message: `the policy pack ${name} is named ${same.length} times`,
            path: '',
          },
        ]
      : [],
  );
}

/**
 * Loads and checks the policies of packs, for synthesis and the command line. Handlers parse a bundle instead.
 * @param packs the name of a pack is a folder in one of the directories, or a path from there
 * @param directories searched in order; see `builtInPacks`
 * @throws InvalidInput with every problem of every file: syntax errors, unknown names, missing annotations, and rules
 * that can never apply or could fail to evaluate
 */
export function loadBundle(
  packs: PackReference[],
  directories: string[],
  lookup: TypeLookup,
  cache?: PackCache,
): PolicyBundle {
  const problems: Problem[] = [];
  const sources = { directories, lookup, cache };
  const policies = packs.flatMap((pack) => loadPack(pack, sources, problems));
  problems.push(...duplicates(policies), ...repeated(packs));
  if (problems.length > 0) throw new InvalidInput(problems);
  return { version: 1, policies, hash: hashOfRules(policies) };
}
