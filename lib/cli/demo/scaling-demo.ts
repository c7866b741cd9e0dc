import { type Bundle, gather } from '../../audit/bundle.ts';
import { changeOfChain } from '../../audit/change-trail.ts';
import { isEntry } from '../../audit/forms.ts';
import { type Verification, verifyBundle } from '../../audit/verify.ts';
import { publicKeys } from '../../audit/verify-seals.ts';
import { readTrail } from '../../client/audit/read-trail.ts';
import { scalingStatus } from '../../client/inventory/scaling-status.ts';
import type { ScalingStatus } from '../../client/reports/scaling.ts';
import { submitRequest } from '../../client/requests/submit-request.ts';
import type { World } from '../../local/world.ts';
import { BatonError } from '../../model/errors.ts';
import { isObject } from '../../model/json.ts';
import type { LoadTrace } from '../../model/load-trace.ts';
import type { CapacityChange, StoredDecision } from '../../model/scaling-decision.ts';
import { explain } from '../../scaling/explain.ts';
import type { Interval } from '../../scaling/replay/model.ts';
import { type LocalCloud, startLocalCloud } from '../local-cloud.ts';

/** The demo could not be played to its end. */
export class DemoFailed extends BatonError {
  override readonly name = 'DemoFailed';
}

export interface DemoOptions {
  /** An assembly in which scaling policies are evaluated each minute. */
  assemblyDirectory: string;
  /** A request with one service that declares scaling. */
  request: { file: string; text: string };
  trace: LoadTrace<number>;
  /** Requests in each second of the demo for each request of the trace. */
  scale: number;
  /** Called with each change of the capacity and the minutes of load before it. */
  onChange(change: CapacityChange, minute: number): void;
}

/** A decision as the trail has it. */
export interface TrailDecision extends CapacityChange {
  requestId: string;
  why: string[];
  /** How its request ended. */
  status: string;
}

/** What happened in a demo. */
export interface DemoRun {
  startMillis: number;
  /** One for each minute, with loads in units of capacity. */
  intervals: Interval[];
  requests: { total: number; dropped: number; mostPerSecond: number };
  bounds: Pick<ScalingStatus, 'min' | 'max'>;
  /** Each change of the capacity that the cloud carried out, with or without a decision. */
  changes: CapacityChange[];
  decisions: TrailDecision[];
  verification: Verification;
}

const minute = 60_000;
const serviceType = 'AWS::ECS::Service';
/** What a task serves in a second: the policy of the example says so, for a minute. */
export const perTask = 100;

/**
 * Plays the closed loop: deploys a service that declares scaling, puts a trace of load on it, lets Baton evaluate its
 * policy in each minute of simulated time, and reads what happened from the cloud and from the trail.
 *
 * @throws DemoFailed
 */
export async function playScalingDemo(options: DemoOptions): Promise<DemoRun> {
  const changes: CapacityChange[] = [];
  let world: World | undefined;
  let capacity: number | undefined;
  let startMillis = Number.POSITIVE_INFINITY;
  const noteCapacity = () => {
    if (world === undefined) return;
    const [service] = world.services.cloudControl.store.list(serviceType);
    const to = Number(service?.properties.DesiredCount);
    const change = { at: new Date(world.clock.now()).toISOString(), from: capacity ?? to, to };
    if (service === undefined || capacity === to) return;
    if (capacity !== undefined) {
      changes.push(change);
      options.onChange(change, Math.floor((world.clock.now() - startMillis) / minute));
    }
    capacity = to;
  };
  const cloud = await startLocalCloud({
    assemblyDirectory: options.assemblyDirectory,
    onOperation: ({ phase, operation }) => {
      if (phase === 'ended' && operation.type === serviceType) noteCapacity();
    },
  });
  world = cloud.world;
  try {
    const status = await deploy(cloud, options.request);
    noteCapacity();
    await world.clock.pass(minute - (world.clock.now() % minute));
    startMillis = world.clock.now();
    await putLoad(cloud, status, options);
    await seal(world);
    const bundle = await gather(readTrail(cloud.deployment));
    const key = await cloud.deployment.sealingKey.publicKey();
    return {
      ...{ startMillis, bounds: status, changes },
      ...measured(world, startMillis, options),
      decisions: await decisionsIn(cloud, bundle),
      verification: verifyBundle(bundle, publicKeys([key])),
    };
  } finally {
    await world.stop();
  }
}

async function deploy(
  { world, deployment }: LocalCloud,
  { file, text }: DemoOptions['request'],
): Promise<ScalingStatus> {
  const requestId = 'req-demo-scaling';
  await submitRequest(deployment, { requestId, file, text, header: {}, parameters: {}, imports: {} });
  await world.clock.quiet();
  const { status, reason = '' } = (await deployment.ledger.findRequest(requestId)) ?? {};
  if (status !== 'Completed')
    throw new DemoFailed(`${file}: expected the request to complete, got ${status ?? 'none'}. ${reason}`);
  const [first, ...others] = await scalingStatus(deployment);
  if (first === undefined || others.length > 0)
    throw new DemoFailed(`${file}: expected one resource that declares scaling, got ${others.length + 1}`);
  return first;
}

async function putLoad(
  { world, deployment }: LocalCloud,
  { assetId }: ScalingStatus,
  { trace, scale }: DemoOptions,
): Promise<void> {
  const { identifier } = (await deployment.inventory.asset(assetId)) ?? {};
  if (identifier === undefined) throw new DemoFailed(`the inventory has no asset ${assetId}`);
  world.services.loads.start({ resource: identifier, trace, scale, perUnit: perTask });
  for (let count = minutesOf(trace); count > 0; count -= 1) await world.clock.pass(minute);
  // What was decided at the end is carried out.
  await world.clock.quiet();
}

const minutesOf = ({ values, intervalSeconds }: LoadTrace) =>
  Math.floor((values.length * intervalSeconds) / 60);

/** Seals the trail now, as its schedule would within an hour. */
async function seal({ services, clock }: World): Promise<void> {
  services.lambda.enqueue('baton-seal-ledger', JSON.stringify({ time: new Date(clock.now()).toISOString() }));
  await clock.quiet();
}

/** Reads the metrics that the load caused, minute by minute. */
function measured(
  { services, clock }: World,
  startMillis: number,
  { trace, scale }: DemoOptions,
): Pick<DemoRun, 'intervals' | 'requests'> {
  const { metrics } = services.cloudwatch.home;
  const endMillis = startMillis + minutesOf(trace) * minute;
  const ids = metrics.list(startMillis);
  const read = (name: string, from: number, until: number) => {
    const id = ids.find((one) => one.name === name);
    const window = { startMillis: from, endMillis: until, nowMillis: clock.now() };
    return id === undefined ? 0 : (metrics.statistic(id, 'Sum', window) ?? 0);
  };
  const intervals = Array.from({ length: minutesOf(trace) }, (_, index): Interval => {
    const from = startMillis + index * minute;
    const at = (name: string, start = from) => read(name, start, start + minute);
    const running = at('DesiredTaskCount');
    const next = from + minute < endMillis ? at('DesiredTaskCount', from + minute) : running;
    const value = trace.values[Math.floor((index * 60) / trace.intervalSeconds)] ?? 0;
    return { load: (value * scale) / perTask, running, ready: at('RunningTaskCount'), decided: next };
  });
  const total = intervals.reduce((sum, { load }) => sum + load * perTask * 60, 0);
  const dropped = read('HTTPCode_ELB_5XX_Count', startMillis, endMillis);
  const mostPerSecond = Math.max(...intervals.map(({ load }) => load)) * perTask;
  return { intervals, requests: { total, dropped, mostPerSecond } };
}

/** Returns the decisions of the trail in order, with the record that each one names. */
async function decisionsIn({ deployment }: LocalCloud, bundle: Bundle): Promise<TrailDecision[]> {
  const entries = [...bundle.chains].flatMap(([chain, all]) =>
    all.filter((entry) => isEntry(entry, 'CapacityDecided')).map((entry) => ({ chain, entry })),
  );
  const found = entries.map(async ({ chain, entry: { at, detail } }): Promise<TrailDecision> => {
    const requestId = (changeOfChain(chain) ?? '').replace(/^CHG-/, '');
    const { status = 'unknown' } = (await deployment.ledger.findRequest(requestId)) ?? {};
    const record = bundle.documents.get(String(detail.decisionHash));
    const why = isObject(record) ? explain(record as unknown as StoredDecision) : [];
    return { at, from: Number(detail.from), to: Number(detail.to), requestId, why, status };
  });
  return (await Promise.all(found)).toSorted((a, b) => (a.at < b.at ? -1 : 1));
}

/** Returns the changes of capacity that no decision of the trail asked for, one after the other. */
export function unrecorded({ changes, decisions }: Pick<DemoRun, 'changes' | 'decisions'>): CapacityChange[] {
  const left = [...decisions];
  return changes.filter((change) => {
    const index = left.findIndex(({ at, from, to }) => {
      return at <= change.at && from === change.from && to === change.to;
    });
    if (index < 0) return true;
    // A decision allows one change, and none before it is left to be carried out.
    left.splice(0, index + 1);
    return false;
  });
}

/** Whether the trail verifies, and has every change of the capacity. */
export function isProven(run: DemoRun): boolean {
  const { findings, entries } = run.verification;
  return findings.length === 0 && entries.unsealed === 0 && unrecorded(run).length === 0;
}
