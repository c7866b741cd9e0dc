import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeRules, type RuleDescription } from '../lib/cli/policy/rule-facts.ts';
import { facts } from '../lib/policy/facts/table.ts';
import { frameworks, rulesOf } from '../lib/policy/frameworks.ts';
import { builtInPackNames, builtInPacks, packCache, selectPolicies } from '../lib/policy/index.ts';
import { ensureTypes, typeLookup } from '../lib/spec/index.ts';

const written = '<!-- Written by docs/generate.ts. -->';

/**
 * Returns the pages on rules, frameworks and facts as text by path, generated from the packs, and the README with the
 * number of rules and frameworks.
 */
export function policyPages(): [string, string][] {
  const types = ensureTypes();
  const packs = builtInPackNames().map((name) => ({ name, mode: 'enforce' as const }));
  const bundle = selectPolicies(
    { policyPacks: packs, frameworks: [], waivers: [] },
    { directories: [builtInPacks], lookup: typeLookup(types), cache: packCache(types) },
  );
  const rules = describeRules(
    bundle,
    bundle.policies.map(({ id }) => id).filter((id, index, all) => all.indexOf(id) === index),
  );
  return [
    ['policy-rules.md', rulesPage(rules)],
    ['policy-facts.md', factsPage()],
    [
      '../README.md',
      withCounts(readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8'), rules.length),
    ],
  ];
}

function withCounts(text: string, rules: number): string {
  return text.replace(/# \d+ rules, \d+ frameworks;/, `# ${rules} rules, ${frameworks().length} frameworks;`);
}

function rulesPage(rules: readonly RuleDescription[]): string {
  const packs = [...Map.groupBy(rules, ({ pack }) => pack)];
  return [
    written,
    '# The rules that come with Baton',
    '',
    `${rules.length} rules in ${packs.length} packs. Rule ids are the ids of AWS Config managed rules, if there is one.`,
    '`baton policy explain RULE` shows the remedy, the facts, the controls and the source of a rule. The last column is the',
    `number of the ${frameworks().length} frameworks below in which a rule supports a control.`,
    ...packs.flatMap(([pack, list]) => [
      '',
      `## Pack ${pack}`,
      '',
      '| rule | severity | requirement | frameworks |',
      '|---|---|---|---|',
      ...list.map(
        ({ rule, severity, message, frameworks: supported }) =>
          `| \`${rule}\` | ${severity} | ${cell(message)} | ${supported.length} |`,
      ),
    ]),
    '',
    '## Frameworks',
    '',
    'A rule supports a control; it does not prove compliance by itself. An environment lists the frameworks that it enforces or',
    'warns about ([settings.md](settings.md)); you can use the name, the title or a common name of a framework.',
    '',
    '| name | title | rules | controls | source |',
    '|---|---|---|---|---|',
    ...frameworks().map((framework) => {
      const { name, title, source, controls } = framework;
      return `| \`${name}\` | ${cell(title)} | ${rulesOf(framework).length} | ${Object.keys(controls).length} | ${cell(source)} |`;
    }),
    '',
  ].join('\n');
}

function factsPage(): string {
  return [
    written,
    '# Facts for rules',
    '',
    'Facts are small pure functions (`lib/policy/facts`, one file each) for values that Cedar can not compute. A rule reads',
    'them as `context.facts.NAME`. A fact is always present for the types that it lists, so a rule needs no `has`.',
    '[policies.md](policies.md#facts) describes how to add one.',
    '',
    '| fact | value | of | meaning |',
    '|---|---|---|---|',
    ...facts
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(
        ({ name, types, shape, description }) =>
          `| \`${name}\` | ${cedarType(shape)} | ${typesText(types)} | ${cell(description)} |`,
      ),
    '',
  ].join('\n');
}

/** Number of types to show. A general fact has many. */
const typesShown = 4;

function typesText(types: readonly string[]): string {
  if (types.includes('*')) return 'all types';
  const shown = types.slice(0, typesShown).map((type) => `\`${type}\``);
  const more = types.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const values: Partial<Record<string, string>> = {
  boolean: 'Bool',
  long: 'Long',
  string: 'String',
  set: 'Set',
};

function cedarType({ kind }: { kind: string }): string {
  return values[kind] ?? kind;
}

/** Escapes text for a table cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
