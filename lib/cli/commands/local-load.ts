import { readFileSync } from 'node:fs';
import { AwsClient } from 'aws4fetch';
import * as z from 'zod';
import { CannotReach } from '../../client/errors.ts';
import { loadPath } from '../../local/gateway/load.ts';
import { parseLoadTrace, wholeTrace } from '../../model/load-trace.ts';
import { instant } from '../capsule-text-time.ts';
import { exitStatus, type Run } from '../command.ts';
import { intervalProblem, intervalSeconds } from '../interval.ts';
import { UsageError } from '../usage-error.ts';

interface Options {
  interval?: string;
  scale?: number;
  'per-unit'?: number;
}

const started = z.object({
  type: z.string(),
  identifier: z.string(),
  load: z.string(),
  until: z.iso.datetime(),
});
const refused = z.object({ message: z.string() });

export const run: Run<Options> = async ({ operands, options, terminal, environment }) => {
  const [resource = '', file = '', ...rest] = operands;
  const endpoint = environment.AWS_ENDPOINT_URL;
  const { interval = '' } = options;
  const seconds = intervalSeconds(interval);
  const problems = [
    ...(file === '' ? ['names no trace; expected RESOURCE and a CSV file'] : []),
    ...rest.map(
      (operand) => `${JSON.stringify(operand)} is one operand too many; expected RESOURCE and a CSV file`,
    ),
    ...(interval !== '' && seconds === undefined ? [intervalProblem(interval)] : []),
    ...(endpoint ? [] : ['AWS_ENDPOINT_URL names no local cloud; on AWS load comes by itself']),
  ];
  if (problems.length > 0 || !endpoint) throw new UsageError(problems, 'local load');
  const { startMillis: _start, ...trace } = wholeTrace(parseLoadTrace(textOf(file), file, seconds), file);
  const { AWS_ACCESS_KEY_ID: accessKeyId = 'local', AWS_SECRET_ACCESS_KEY: secretAccessKey = 'local' } =
    environment;
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    service: 'sts',
    region: 'us-east-1',
    retries: 0,
  });
  const body = { resource, trace, scale: options.scale ?? 1, perUnit: options['per-unit'] };
  const url = `${endpoint.replace(/\/$/, '')}/${loadPath}`;
  const answer = await client
    .fetch(url, { method: 'POST', body: JSON.stringify(body) })
    .catch(() => undefined);
  const said: unknown = await answer?.json().catch(() => undefined);
  const refusal = refused.safeParse(said);
  if (refusal.success) throw new UsageError([refusal.data.message], 'local load');
  const done = started.safeParse(said);
  if (!done.success)
    throw new CannotReach(`no local cloud answers at ${endpoint}; start one with \`npx baton local up\``);
  const { type, identifier, load, until } = done.data;
  const peak = trace.values.reduce((most, value) => Math.max(most, value), 0) * (options.scale ?? 1);
  terminal.print(
    `${type} ${identifier} is under load until ${instant(until)}: at most ${peak} a second (${load}).`,
  );
  terminal.print('The local cloud writes its metrics for each minute of simulated time.');
  return exitStatus.completed;
};

/** @throws UsageError */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = error } = error as NodeJS.ErrnoException;
    throw new UsageError(
      [`${file} can't be read (${String(code)}); expected a CSV file with lines of time,load`],
      'local load',
    );
  }
}
