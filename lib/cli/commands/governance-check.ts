import { ServiceError } from '../../aws/signed-fetch.ts';
import { checkVoices } from '../../change/assume/check.ts';
import { CannotReach } from '../cannot-reach.ts';
import { exitStatus, type Run } from '../command.ts';
import { connect, type Deployment } from '../deployment.ts';
import { DoorRefused } from '../door.ts';
import { governanceText } from '../governance-text.ts';
import { painter } from '../style.ts';
import { UsageError } from '../usage-error.ts';

export const run: Run<{ environment?: string; json: boolean }> = async ({
  options,
  terminal,
  environment: process,
}) => {
  const { environment, json } = options;
  const deployment = await connect(process);
  const rules = await naming(deployment);
  const names = Object.keys(rules.environments);
  if (environment !== undefined && !names.includes(environment))
    throw new UsageError(
      [`there is no environment ${environment}; expected one of ${names.join(', ')}`],
      'governance check',
    );
  const checked = checkVoices(rules, await identities(deployment), environment);
  const { account } = deployment;
  if (json)
    terminal.print(JSON.stringify({ account, environment: environment ?? null, ...checked }, null, 2));
  else
    for (const line of governanceText(checked, { account, environment }, painter(terminal)))
      terminal.print(line);
  return checked.warnings.length === 0 ? exitStatus.completed : exitStatus.rejected;
};

/** @throws CannotReach where the deployment is older than this command */
async function naming({ door }: Deployment) {
  const old = 'this deployment does not say whom its settings name; deploy it anew with `npx cdk deploy`';
  if (door === undefined) throw new CannotReach(old);
  try {
    return await door.naming();
  } catch (error) {
    throw error instanceof DoorRefused && error.code === 'NoSuchPath' ? new CannotReach(old) : error;
  }
}

/** @throws CannotReach where IAM may not be read */
async function identities(deployment: Deployment) {
  try {
    return await deployment.identities();
  } catch (error) {
    if (!(error instanceof ServiceError && error.statusCode === 403)) throw error;
    throw new CannotReach(
      `IAM does not let these credentials read who is in the account: ${error.message}. Expected iam:GetAccountAuthorizationDetails, as the AWS policy SecurityAudit gives it.`,
    );
  }
}
