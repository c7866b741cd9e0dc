import { findFramework } from '../../policy/frameworks.ts';
import { builtInPackNames } from '../../policy/index.ts';
import { exitStatus, type Run } from '../command.ts';
import { describeRules, type RuleDescription } from '../policy/rule-facts.ts';
import { chosenRules, ownPacks, packSources } from '../policy/rules.ts';
import { type Paint, painter } from '../style.ts';
import { UsageError } from '../usage-error.ts';

export const run: Run<{ framework: string[] }> = async ({ operands, options, terminal }) => {
  const { bundle, ids } = chosenRules({ rule: operands, anyCase: true }, packSources(), [
    ...builtInPackNames(),
    ...ownPacks(),
  ]);
  const wanted = frameworksNamed(options.framework);
  for (const rule of describeRules(bundle, ids)) {
    const frameworks = rule.frameworks.filter(({ name }) => wanted.size === 0 || wanted.has(name));
    for (const line of explained({ ...rule, frameworks }, painter(terminal))) terminal.print(line);
  }
  return exitStatus.completed;
};

/** @throws UsageError for a name that isn't a framework */
function frameworksNamed(names: readonly string[]): Set<string> {
  const found = names.map((name) => ({ name, framework: findFramework(name) }));
  const unknown = found.filter(({ framework }) => framework === undefined);
  if (unknown.length > 0)
    throw new UsageError(
      unknown.map(({ name }) => `there is no framework ${name}`),
      'policy explain',
    );
  return new Set(found.flatMap(({ framework }) => framework?.name ?? []));
}

function explained(rule: RuleDescription, paint: Paint): string[] {
  const listed = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', paint('strong', title), ...lines.map((line) => `  ${line}`)];
  return [
    `${paint('strong', rule.rule)} (${rule.severity}, pack ${rule.pack})`,
    `  ${rule.message}.`,
    ...(rule.remedy === undefined ? [] : [`  ${rule.remedy}.`]),
    ...listed(
      'Judges',
      rule.types.map((type) => (type === '*' ? 'every resource' : type)),
    ),
    ...listed(
      'Facts it reads',
      rule.facts.map(({ name, description }) => `${name}: ${description}`),
    ),
    ...listed('Holds where one of these does', rule.alternatives),
    ...listed('Suppressed by the ids', rule.aliases),
    ...listed('Policy', rule.policies.flatMap((text) => [...text.split('\n'), '']).slice(0, -1)),
    ...listed(
      'Supports the controls',
      rule.frameworks.map(({ name, title, controls }) => `${name} (${title}): ${controls.join(', ')}`),
    ),
  ];
}
