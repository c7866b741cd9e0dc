import { checkVoices } from '../../change/assume/check.ts';
import { connect } from '../../client/deployment.ts';
import { accountIdentities, namingRules } from '../../client/governance.ts';
import { exitStatus, type Run } from '../command.ts';
import { governanceText } from '../governance-text.ts';
import { printJson } from '../print-json.ts';
import { painter } from '../style.ts';
import { UsageError } from '../usage-error.ts';

export const run: Run<{ environment?: string; json: boolean }> = async ({
  options,
  terminal,
  environment: process,
}) => {
  const { environment, json } = options;
  const deployment = await connect(process);
  const rules = await namingRules(deployment);
  const names = Object.keys(rules.environments);
  if (environment !== undefined && !names.includes(environment))
    throw new UsageError(
      [`there is no environment ${environment}; expected one of ${names.join(', ')}`],
      'governance check',
    );
  const checked = checkVoices(rules, await accountIdentities(deployment), environment);
  const { account } = deployment;
  if (json) printJson(terminal, 'governance', { account, environment: environment ?? null, ...checked });
  else
    for (const line of governanceText(checked, { account, environment }, painter(terminal)))
      terminal.print(line);
  return checked.warnings.length === 0 ? exitStatus.completed : exitStatus.rejected;
};
