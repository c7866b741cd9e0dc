import { ConditionFailed, type Write } from '../../dynamodb/table.ts';
import { appendWrites, chainHead } from '../../ledger/audit-chain.ts';
import { changeChain } from '../../ledger/keys.ts';
import { RunFenced } from '../../ledger/ledger.ts';
import type { StepRecord } from '../../ledger/records.ts';
import { hashOf, type JsonObject } from '../../model/json.ts';
import type { Step } from '../../model/plan.ts';
import { ProviderBusy, type ProviderCallInput, ProviderRefused } from '../../providers/provider.ts';
import { SecretUnavailable } from '../../providers/secrets.ts';
import { resolveSecrets } from '../../request/secrets.ts';
import { resolveReferences, UnresolvedReference } from '../../template/index.ts';
import {
  changeStep,
  eachOf,
  failStep,
  refusalsAllowed,
  retryStep,
  seconds,
  withoutSecrets,
} from './outcomes.ts';
import { outputsOf, type RunView } from './run-view.ts';
import type { PumpServices } from './services.ts';

/** What a step is about to send, and what the ledger keeps of it. */
interface Prepared {
  index: number;
  step: Step;
  /** Live properties just before the step, as the provider gave them: never stored. */
  live?: JsonObject;
  record: Partial<StepRecord> & Pick<Required<StepRecord>, 'intent'>;
}

/** Steps whose intents go into one transaction (DynamoDB: 100 items; a pre-image may be large). */
const intentsTogether = 25;

/** Idempotency token of the provider call of a step: derived, so that a retry after a crash sends the same. */
export function clientTokenOf(runId: string, index: number, failures: number): string {
  return hashOf([runId, index, failures]).slice(0, 64);
}

/** Starts steps: resolves, judges, writes the intents, then calls the provider. @throws RunFenced */
export async function startSteps(
  services: PumpServices,
  view: RunView,
  indexes: readonly number[],
  now: string,
): Promise<void> {
  const prepared: Prepared[] = [];
  await eachOf(indexes, async (index) => {
    const ready = await prepare(services, view, index, now);
    if (ready !== undefined) prepared.push(ready);
  });
  prepared.sort((a, b) => indexes.indexOf(a.index) - indexes.indexOf(b.index));
  for (let start = 0; start < prepared.length; start += intentsTogether) {
    const together = prepared.slice(start, start + intentsTogether);
    await writeIntents(services, view, together, now);
    await eachOf(together, (one) => call(services, view, one, now));
  }
}

/** The payload of a step, judged and with its pre-image; undefined where the step has ended instead. */
async function prepare(
  services: PumpServices,
  view: RunView,
  index: number,
  now: string,
): Promise<Prepared | undefined> {
  const step = view.plan.steps[index];
  if (step === undefined) return undefined;
  const finishedAtSeconds = seconds(now);
  if (step.operation === 'retain') {
    await changeStep(services, view, index, {
      status: 'Succeeded',
      identifier: step.identifier,
      startedAtSeconds: finishedAtSeconds,
      finishedAtSeconds,
    });
    return undefined;
  }
  const applied = await payloadOf(services, view, step, index, now);
  if (applied === undefined) return undefined;
  const reads = step.operation === 'update' || step.operation === 'delete';
  const roleArn = services.roleArn(view.plan.environment);
  const live = reads ? await services.provider.read(step.type, step.identifier ?? '', roleArn) : undefined;
  if (reads && live === undefined) return gone(services, view, index, step, now);
  // The first try's: by now the resource may be as a failed try left it.
  const preImage =
    view.steps[index]?.preImage ??
    (live && withoutSecrets(live, services.lookup(step.type)?.sensitive ?? []));
  const clientToken = clientTokenOf(view.run.runId, index, view.steps[index]?.failures ?? 0);
  const intent = { clientToken, payloadHash: hashOf(applied), atSeconds: seconds(now) };
  const startedAtSeconds = view.steps[index]?.startedAtSeconds ?? seconds(now);
  return { index, step, live, record: { status: 'InFlight', intent, applied, preImage, startedAtSeconds } };
}

async function payloadOf(
  services: PumpServices,
  view: RunView,
  step: Step,
  index: number,
  now: string,
): Promise<JsonObject | undefined> {
  if (step.operation === 'delete') return {};
  try {
    const applied = resolveReferences(step.restore ?? step.desired ?? {}, (id) =>
      outputsOf(view, services.lookup, id),
    ) as JsonObject;
    // What an undo puts back was there before; to forbid it would leave the change half done.
    if (view.plan.direction === 'undo') return applied;
    const { decision, violations } = services.judge(view.plan, {
      logicalId: step.resource,
      type: step.type,
      properties: applied,
      dependsOn: step.relationships,
      deletionPolicy: step.deletionPolicy,
      updateReplacePolicy: step.updateReplacePolicy,
    });
    if (decision === 'allow') return applied;
    const message = violations
      .filter(({ enforcement }) => enforcement === 'enforce')
      .map((violation) => `${violation.rule}: ${violation.message}`)
      .join('; ');
    await failStep(services, view, index, { code: 'PolicyDenied', message }, now);
  } catch (error) {
    if (!(error instanceof UnresolvedReference)) throw error;
    await failStep(services, view, index, { code: 'UnresolvedReference', message: error.message }, now);
  }
  return undefined;
}

/** A resource that is not there: deleted already, or nothing to update. */
async function gone(
  services: PumpServices,
  view: RunView,
  index: number,
  step: Step,
  now: string,
): Promise<undefined> {
  const finishedAtSeconds = seconds(now);
  if (step.operation === 'delete') {
    await changeStep(services, view, index, {
      status: 'Succeeded',
      identifier: step.identifier,
      startedAtSeconds: finishedAtSeconds,
      finishedAtSeconds,
    });
    return;
  }
  const message = `There is no ${step.type} ${step.identifier} any more; it was to be updated.`;
  await failStep(services, view, index, { code: 'NotFound', message }, now);
}

/** Intent before effect: what will be called stands in the ledger, in one transaction with the fence. */
async function writeIntents(
  { ledger }: PumpServices,
  view: RunView,
  prepared: Prepared[],
  now: string,
): Promise<void> {
  const { run } = view;
  const first = prepared[0];
  if (first === undefined) return;
  const chain = changeChain(run.changeId);
  const started = prepared.map(({ step, record }) => ({
    step: step.id,
    type: step.type,
    operation: step.operation,
    payloadHash: record.intent.payloadHash,
    clientToken: record.intent.clientToken,
  }));
  const key = `StepsStarted-${run.runId}-${run.fence}-${first.index}`;
  const entry = {
    key,
    event: 'StepsStarted',
    actor: 'baton',
    at: now,
    detail: { runId: run.runId, started },
  };
  const intents = prepared.map(
    ({ index, record }): Write => ledger.stepUpdate(run.runId, index, { set: record }),
  );
  const head = await chainHead(ledger.table, chain);
  try {
    await ledger.table.transact([
      ledger.fenceCheck(run),
      ...appendWrites(ledger.table, chain, head, entry),
      ...intents,
    ]);
  } catch (error) {
    if (error instanceof ConditionFailed && error.failed.includes(0))
      throw new RunFenced(`Run ${run.runId} is not at fence ${run.fence} any more.`);
    throw error;
  }
  for (const { index, record } of prepared)
    view.steps[index] = { ...(view.steps[index] ?? { index, status: 'InFlight' }), ...record };
}

async function call(services: PumpServices, view: RunView, prepared: Prepared, now: string): Promise<void> {
  const { index } = prepared;
  try {
    const operationToken = await send(services, view, prepared);
    await changeStep(services, view, index, { operationToken, refusals: 0 });
  } catch (error) {
    if (error instanceof ProviderBusy) {
      const refusals = (view.steps[index]?.refusals ?? 0) + 1;
      const problem = { code: 'ProviderBusy', message: error.message };
      const failures = view.steps[index]?.failures ?? 0;
      if (refusals < refusalsAllowed)
        await retryStep(services, view, index, problem, now, { failures, refusals });
      else await failStep(services, view, index, problem, now);
    } else if (error instanceof ProviderRefused)
      await failStep(services, view, index, { code: error.code, message: error.message }, now);
    else if (error instanceof SecretUnavailable)
      await failStep(services, view, index, { code: error.name, message: error.message }, now);
    else throw error;
  }
}

/** One provider call. Secrets are resolved here and nowhere else, and are kept nowhere. */
async function send(
  services: PumpServices,
  view: RunView,
  { index, step, live, record }: Prepared,
): Promise<string> {
  const { provider } = services;
  const clientToken = view.steps[index]?.intent?.clientToken ?? record.intent.clientToken;
  const roleArn = services.roleArn(view.plan.environment);
  const input: ProviderCallInput = { type: step.type, clientToken, roleArn };
  const identifier = step.identifier ?? '';
  if (step.operation === 'delete') return provider.delete({ ...input, identifier });
  const properties = (await resolveSecrets(record.applied ?? {}, services.secret)) as JsonObject;
  if (step.operation !== 'update') return provider.create({ ...input, properties });
  const before = mutable(live ?? {}, services.lookup(step.type)?.readOnly ?? []);
  const dropped = new Set(Object.keys(step.previous ?? {}).filter((name) => !(name in properties)));
  const kept = Object.fromEntries(Object.entries(before).filter(([name]) => !dropped.has(name)));
  return provider.update({ ...input, identifier, before, after: { ...kept, ...properties } });
}

/** The live properties a request may set. */
function mutable(live: JsonObject, readOnly: readonly string[]): JsonObject {
  const fixed = new Set(readOnly);
  return Object.fromEntries(Object.entries(live).filter(([name]) => !fixed.has(name)));
}
