import { describeProblem } from '../../model/errors.ts';
import { exitStatus, type Run } from '../command.ts';
import { packageVersion } from '../package-version.ts';
import { checkJson } from '../policy/check-json.ts';
import { checkText } from '../policy/check-text.ts';
import { judgeFiles } from '../policy/judge-files.ts';
import { junit } from '../policy/junit.ts';
import { chosenRules, packSources } from '../policy/rules.ts';
import { sarif, sourceRootOf } from '../policy/sarif.ts';
import { readTemplates } from '../policy/template-files.ts';
import { printJson } from '../print-json.ts';
import { painter } from '../style.ts';

/** `framework`, `pack` and `rule` select the rules to evaluate. */
interface Options {
  framework: string[];
  pack: string[];
  rule: string[];
  environment?: string;
  format?: string;
}

export const run: Run<Options> = async ({ operands, options, terminal }) => {
  const { format = 'text', environment } = options;
  const { templates, problems } = readTemplates(operands);
  const sources = packSources();
  // Alternatives apply if the rules are meant to be satisfied together: those of a framework, pack or environment. The
  // set of all rules isn't.
  const together = options.framework.length + options.pack.length > 0 || environment !== undefined;
  const { lookup } = sources;
  const files = judgeFiles(templates, chosenRules(options, sources), { lookup, environment, together });
  for (const problem of problems) terminal.complain(describeProblem(problem));
  if (format === 'json') printJson(terminal, 'policy-check', checkJson(files));
  else if (format === 'junit') terminal.print(junit(files));
  else if (format === 'sarif')
    terminal.print(
      JSON.stringify(
        sarif(files, problems, { version: packageVersion(), root: sourceRootOf(process.cwd()) }),
        null,
        2,
      ),
    );
  else for (const line of checkText(files, options.rule.length > 0, painter(terminal))) terminal.print(line);
  if (problems.length === 0 && files.length === 0) terminal.complain('baton: there is no template to judge');
  const failed = files.some(({ rules }) => rules.some(({ verdict }) => verdict === 'FAIL'));
  return failed || problems.length > 0 || files.length === 0 ? exitStatus.rejected : exitStatus.completed;
};
