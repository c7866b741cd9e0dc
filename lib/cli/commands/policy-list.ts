import { controlsOf, findFramework } from '../../policy/frameworks.ts';
import { builtInPackNames } from '../../policy/index.ts';
import { exitStatus, type Run } from '../command.ts';
import { describeRules, type RuleDescription } from '../policy/rule-facts.ts';
import { chosenRules, ownPacks, packSources } from '../policy/rules.ts';
import { printJson } from '../print-json.ts';
import { counted, painter, table } from '../style.ts';

export const run: Run<{ framework: string[]; pack: string[]; format?: string }> = async ({
  options,
  terminal,
}) => {
  const { bundle, ids } = chosenRules(options, packSources(), [...builtInPackNames(), ...ownPacks()]);
  const rules = describeRules(bundle, ids);
  if (options.format === 'json') {
    const listed = rules.map(({ policies: _policies, ...rule }) => rule);
    printJson(terminal, 'policy-rules', { rules: listed });
    return exitStatus.completed;
  }
  const paint = painter(terminal);
  const heading = ['Rule', 'Severity', 'Pack', options.framework.length > 0 ? 'Controls' : 'What must be'];
  const rows = rules.map((rule) => [rule.rule, rule.severity, rule.pack, last(rule, options.framework)]);
  for (const line of table([heading.map((text) => paint('strong', text)), ...rows], '')) terminal.print(line);
  terminal.print(paint('quiet', counted(rules.length, 'rule')));
  return exitStatus.completed;
};

/** Returns the rule's message. With `--framework`, returns the controls it supports. */
function last({ rule, message }: RuleDescription, names: readonly string[]): string {
  if (names.length === 0) return message;
  return names
    .map((name) => findFramework(name))
    .flatMap((framework) => controlsOf(framework, rule))
    .join(', ');
}
