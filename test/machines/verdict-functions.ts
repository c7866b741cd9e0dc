import { join } from 'node:path';
import { LambdaFunction } from '../../lib/local/lambda/function.ts';
import type { VerdictQuestion } from '../../lib/model/verdict.ts';
import type { Playground } from './playground.ts';
import type { Scene } from './traffic-world.ts';

/** Functions of users in the cloud of a playground, as someone else than Baton made them. */
export interface Judge {
  /** Which of the answers in `functions/judge.mjs` it gives. */
  answer: string;
  tags?: Record<string, string>;
  reservedConcurrency?: number;
}

export function addFunction({ world }: Playground, name: string, { answer, ...more }: Judge): void {
  const { clock, services } = world;
  services.lambda.add(
    new LambdaFunction(
      {
        ...{ name, arn: `arn:aws:lambda:us-east-1:111111111111:function:${name}`, timeoutSeconds: 3 },
        roleArn: 'arn:aws:iam::111111111111:role/judge',
        assetDirectory: join(import.meta.dirname, 'functions'),
        ...{ handler: 'judge.handler', environment: { ANSWER: answer }, memoryMegabytes: 128 },
        logGroupName: `/aws/lambda/${name}`,
        ...more,
      },
      { clock, logs: services.logs, hosts: services.hosts, realMillisPerSecond: 50 },
    ),
  );
}

/** Returns what a function was asked, oldest first. */
export function questionsTo({ world }: Playground, name: string): VerdictQuestion[] {
  return world.services.logs
    .events(`/aws/lambda/${name}`)
    .flatMap(({ message }) => /asked (\{.*\})/.exec(message)?.[1] ?? [])
    .map((text) => JSON.parse(text) as VerdictQuestion);
}

/** A canary of which a function decides. */
export const decidedBy = (name: string): Scene => ({
  traffic: `{ strategy: canary-10-3m, minimumSamples: 10, patience: 5m, metrics: [{ kind: verdict, function: ${name} }] }`,
});
