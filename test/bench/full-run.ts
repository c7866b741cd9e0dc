import { freshAssembly } from '../../lib/cli/assembly.ts';
import { environmentOf, localPlace } from '../../lib/cli/local-cloud.ts';
import { connect, type Deployment } from '../../lib/client/deployment.ts';
import { submitRequest } from '../../lib/client/requests/submit-request.ts';
import { startWorld, type World } from '../../lib/local/world.ts';
import type { HashedPlan } from '../../lib/model/plan.ts';
import { expectedDuration } from '../../lib/providers/durations.ts';
import { getPlan } from '../../lib/tasks/documents-of.ts';
import { type BenchGraph, durations } from './graphs.ts';
import { makeManifest } from './manifest.ts';
import { randomFrom } from './random.ts';
import { bound, simulate } from './simulate.ts';

/** A request of a given size through all parts: event, machines, pump, providers, inventory. */
export interface FullRun {
  resources: number;
  status: string;
  makespanSeconds: number;
  /** max(critical path, steps ÷ rate), with the durations that the cloud drew. */
  boundSeconds: number;
  /** The time that the simulated scheduler takes for the same graph and durations. */
  simulatedSeconds: number;
  pumpTicks: number;
  simulatedTicks: number;
  completions: number;
  stateTransitions: number;
  executions: number;
  /** Number of events in the longest history. */
  historyEvents: number;
  /** Number of characters in the largest input or output of a state. */
  largestState: number;
  realSeconds: number;
}

/**
 * Runs a generated request on the local cloud, from the synthesized template. Durations are those that the pump expects
 * for a type, with a spread of σ 0.25.
 */
export async function fullRun(size: number, seed: number): Promise<FullRun> {
  const started = performance.now();
  const random = randomFrom(seed);
  const counts = { stateTransitions: 0, executions: 0, historyEvents: 0, largestState: 0 };
  const trueSeconds = new Map<string, number>();
  const world: World = await startWorld({
    ...localPlace,
    assemblyDirectory: await freshAssembly(() => undefined),
    seed,
    cloud: {
      durationMillis: (type) => {
        const { medianSeconds } = expectedDuration({ type, operation: 'create' });
        return Math.round(1000 * medianSeconds * Math.exp(durations.within * random.normal()));
      },
      onOperation: ({ phase, operation }) => {
        if (phase === 'started') trueSeconds.set(operation.requestToken, world.clock.now() / 1000);
        else {
          const from = trueSeconds.get(operation.requestToken) ?? 0;
          trueSeconds.set(operation.requestToken, world.clock.now() / 1000 - from);
        }
      },
    },
    hooks: {
      onExecutionClosed: ({ executionArn, stateTransitions, historyEvents }) => {
        counts.stateTransitions += stateTransitions;
        counts.executions += 1;
        counts.historyEvents = Math.max(counts.historyEvents, historyEvents);
        const largest = largestState(world.services.stepFunctions.history(executionArn));
        counts.largestState = Math.max(counts.largestState, largest);
      },
    },
  });
  try {
    const deployment = await connect(environmentOf(world));
    const requestId = `req-bench-${size}`;
    await submitRequest(deployment, {
      requestId,
      file: 'bench.json',
      text: makeManifest(size, seed).template,
      header: { environment: 'dev', service: 'bench', owner: 'bench', reason: 'a bench' },
      parameters: {},
      imports: {},
    });
    const { status, runId = '' } = await ended(world, deployment, requestId);
    const run = await deployment.ledger.findRun(runId);
    if (run === undefined)
      throw new Error(`bench: the request of ${size} resources ended ${status}, without a run`);
    const plan = await getPlan(deployment.documents, run.planHash);
    const records = await deployment.ledger.steps(runId);
    const seconds = new Map(
      records.map(({ index, operationToken = '' }) => [index, trueSeconds.get(operationToken) ?? 0]),
    );
    const graph = graphOfPlan(plan, seconds);
    const simulated = simulate(graph, 'by type');
    return {
      resources: size,
      status,
      makespanSeconds: (Date.parse(run.endedAt ?? run.startedAt) - Date.parse(run.startedAt)) / 1000,
      boundSeconds: bound(graph),
      simulatedSeconds: simulated.makespanSeconds,
      pumpTicks: run.ticks,
      simulatedTicks: simulated.ticks,
      completions: records.filter((record) => record.status === 'Succeeded').length,
      ...counts,
      realSeconds: (performance.now() - started) / 1000,
    };
  } finally {
    await world.stop();
  }
}

/** Waits until the cloud is idle and the request is in a final state. */
async function ended(world: World, { ledger }: Deployment, requestId: string) {
  for (;;) {
    await world.clock.quiet();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await world.clock.quiet();
    const open = await ledger.openRequests();
    const request = open.some((one) => one.requestId === requestId)
      ? undefined
      : await ledger.request(requestId);
    if (request !== undefined) return request;
  }
}

function graphOfPlan(plan: HashedPlan, seconds: ReadonlyMap<number, number>): BenchGraph {
  const indexOf = new Map(plan.steps.map((step, index) => [step.id, index]));
  return {
    dependencies: plan.steps.map((step) => step.dependsOn.flatMap((id) => indexOf.get(id) ?? [])),
    seconds: plan.steps.map((_, index) => seconds.get(index) ?? 0),
    typeMedian: plan.steps.map((step) => expectedDuration(step).medianSeconds),
  };
}

/** Returns the size of the largest input or output in a history. */
function largestState(events: readonly object[]): number {
  let largest = 0;
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner === 'string' && /^(?:input|output|parameters)$/.test(name)) {
        largest = Math.max(largest, inner.length);
      } else visit(inner);
    }
  };
  visit(events);
  return largest;
}
