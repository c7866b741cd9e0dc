import type { JsonObject, JsonValue } from '../../../model/json.ts';
import type { ChildExecution, ChildOutcome, MapRun, MapRunConfig, MapSettings } from '../children.ts';
import { Data, PAYLOAD_BYTES_MAX } from '../data.ts';
import type { MapState } from '../definition.ts';
import { StateFailure } from '../errors.ts';
import type { Items } from '../progress.ts';
import type { Visit } from '../visit.ts';
import { selectItem } from './select-item.ts';

/** "Using Map state in Distributed mode" (Developer Guide): up to 10,000 concurrent children. */
const CHILDREN_MAX = 10_000;
const EXCEEDED = 'States.ExceedToleratedFailureThreshold';

/** Runs child executions. Each has its own history, and none sees the variables of this execution. */
export async function runDistributed(visit: Visit<MapState>, inside: Items): Promise<JsonValue[]> {
  const { strand } = visit;
  const { run, config } =
    inside.distributed === undefined ? await startRun(visit, inside) : redriveRun(visit, inside.distributed);
  // The map run closes at once: by the time this strand is notified, the run may have been redriven.
  const forget = strand.scope.onCancel(() => run.close('ABORTED'));
  try {
    const outputs = await runChildren(visit, run, config);
    run.close('SUCCEEDED');
    strand.trail.add('MapRunSucceeded');
    return outputs;
  } catch (error) {
    if (!(error instanceof StateFailure)) throw error;
    run.close('FAILED');
    strand.trail.add('MapRunFailed', { cause: error.cause, error: error.error });
    throw error;
  } finally {
    forget();
  }
}

type Distributed = NonNullable<Items['distributed']>;

async function startRun(visit: Visit<MapState>, inside: Items): Promise<Distributed> {
  const { strand, state } = visit;
  const { settings } = inside;
  const inputs = await childInputs(visit, settings);
  strand.scope.throwIfCanceled();
  const maxConcurrency = Math.min(settings.maxConcurrency || CHILDREN_MAX, CHILDREN_MAX);
  const config: MapRunConfig = { ...settings, maxConcurrency, inputs };
  const run = strand.run.engine.executions.startMapRun(strand.run, state, config);
  inside.distributed = { run, config };
  strand.trail.add('MapRunStarted', { mapRunArn: run.mapRunArn });
  return inside.distributed;
}

/** "Redriving Map Runs in Step Functions executions" (Developer Guide): the same run over the same input. */
function redriveRun(visit: Visit<MapState>, distributed: Distributed): Distributed {
  const { run } = distributed;
  const redriveCount = run.redrive();
  visit.strand.trail.add('MapRunRedriven', { mapRunArn: run.mapRunArn, redriveCount });
  return distributed;
}

/**
 * Starts children in item order, up to the concurrency limit. Outputs keep that order. A redrive doesn't start the
 * children whose outcome it keeps.
 */
async function runChildren(visit: Visit<MapState>, run: MapRun, config: MapRunConfig): Promise<JsonValue[]> {
  const total = config.inputs.length;
  const outputs: (Data | undefined)[] = new Array(total).fill(undefined);
  const waiting: number[] = [];
  const running = new Set<ChildExecution>();
  let [next, done, failedItems] = [0, 0, 0];
  const take = (index: number, outcome: ChildOutcome) => {
    done += 1;
    if (outcome.status === 'SUCCEEDED') outputs[index] = outcome.output;
    else failedItems += config.inputs[index]?.items ?? 1;
  };
  for (let index = 0; index < total; index += 1) {
    const standing = run.standing(index);
    if (standing === undefined) waiting.push(index);
    else take(index, standing);
  }
  if (exceeds(failedItems, config)) throw new StateFailure(EXCEEDED, EXCEEDED_CAUSE);
  if (done === total) return succeeded(outputs);
  await visit.strand.scope.wait<void>((resolve, reject) => {
    const startMore = () => {
      while (running.size < config.maxConcurrency && next < waiting.length) start(waiting[next++] ?? 0);
    };
    const start = (index: number) => {
      const child = run.startChild(index);
      running.add(child);
      void child.closed.then((outcome) => {
        running.delete(child);
        take(index, outcome);
        if (exceeds(failedItems, config)) reject(new StateFailure(EXCEEDED, EXCEEDED_CAUSE));
        else if (done === total) resolve();
        else startMore();
      });
    };
    startMore();
    return () => {
      next = waiting.length;
      const cut = [...running];
      running.clear();
      for (const child of cut) child.stop();
    };
  });
  return succeeded(outputs);
}

function succeeded(outputs: (Data | undefined)[]): JsonValue[] {
  return outputs.filter((output) => output !== undefined).map((output) => output.value);
}

const EXCEEDED_CAUSE = 'The specified tolerated failure threshold was exceeded';

/** Either threshold is enough. Without a threshold, the first failure exceeds the tolerance. */
function exceeds(failedItems: number, config: MapRunConfig): boolean {
  if (failedItems === 0) return false;
  const total = config.inputs.reduce((sum, { items }) => sum + items, 0);
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = config;
  if (count === 0 && percentage === 0) return true;
  const countExceeded = count > 0 && failedItems > count;
  const percentageExceeded = percentage > 0 && (failedItems / total) * 100 > percentage;
  return countExceeded || percentageExceeded;
}

async function childInputs(visit: Visit<MapState>, settings: MapSettings): Promise<MapRunConfig['inputs']> {
  const selected: Data[] = [];
  for (const [Index, Value] of settings.items.entries())
    selected.push(await selectItem(visit, { Index, Value }));
  const { batcher } = visit.state;
  if (batcher === undefined) return selected.map((input) => ({ input, items: 1 }));
  const bindings = visit.bindings();
  const itemsMax =
    (await visit.evaluateNumber(batcher.maxItemsPerBatch, bindings)) ?? Number.POSITIVE_INFINITY;
  const bytesMax = (await visit.evaluateNumber(batcher.maxInputBytesPerBatch, bindings)) ?? PAYLOAD_BYTES_MAX;
  const common =
    batcher.batchInput === undefined ? undefined : await visit.evaluate(batcher.batchInput, bindings);
  return batches(selected, itemsMax, bytesMax, common);
}

function batches(items: Data[], itemsMax: number, bytesMax: number, common: JsonValue | undefined) {
  const lead: JsonObject = common === undefined ? {} : { BatchInput: common };
  const emptyBytes = Buffer.byteLength(JSON.stringify({ ...lead, Items: [] }));
  const result: MapRunConfig['inputs'] = [];
  let [batch, bytes]: [Data[], number] = [[], emptyBytes];
  const close = () => {
    if (batch.length === 0) return;
    result.push({ input: Data.of({ ...lead, Items: batch.map(({ value }) => value) }), items: batch.length });
    [batch, bytes] = [[], emptyBytes];
  };
  for (const item of items) {
    const itemBytes = Buffer.byteLength(item.text) + 1;
    if (batch.length >= itemsMax || bytes + itemBytes > bytesMax) close();
    batch.push(item);
    bytes += itemBytes;
  }
  close();
  return result;
}
