import { AwsClient } from 'aws4fetch';
import * as z from 'zod';
import { CannotReach } from '../../client/errors.ts';
import { clockPath } from '../../local/gateway/clock.ts';
import { instant } from '../capsule-text-time.ts';
import { exitStatus, type Run } from '../command.ts';
import { UsageError } from '../usage-error.ts';

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };
const answered = z.object({ at: z.iso.datetime() });

export const run: Run = async ({ operands, terminal, environment }) => {
  const seconds = secondsOf(operands[0] ?? '');
  const endpoint = environment.AWS_ENDPOINT_URL;
  if (!endpoint)
    throw new UsageError(
      ['AWS_ENDPOINT_URL names no local cloud; on AWS time passes by itself'],
      'local wait',
    );
  const { AWS_ACCESS_KEY_ID: accessKeyId = 'local', AWS_SECRET_ACCESS_KEY: secretAccessKey = 'local' } =
    environment;
  const keys = { accessKeyId, secretAccessKey };
  const client = new AwsClient({ ...keys, service: 'sts', region: 'us-east-1', retries: 0 });
  const answer = await client
    .fetch(`${endpoint.replace(/\/$/, '')}/${clockPath}`, {
      method: 'POST',
      body: JSON.stringify({ seconds }),
    })
    .catch(() => undefined);
  const said = answered.safeParse(await answer?.json().catch(() => undefined));
  if (!said.success)
    throw new CannotReach(`no local cloud answers at ${endpoint}; start one with \`npx baton local up\``);
  terminal.print(`The simulated time of the local cloud is ${instant(said.data.at)}.`);
  return exitStatus.completed;
};

/** Parses `90m` to seconds. @throws UsageError */
function secondsOf(text: string): number {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  if (count === undefined)
    throw new UsageError(
      [`DURATION is ${JSON.stringify(text)}; expected a number with s, m, h or d, as 90m`],
      'local wait',
    );
  return Number(count) * (unitSeconds[unit] ?? 1);
}
