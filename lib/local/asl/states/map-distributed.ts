import type { JsonObject, JsonValue } from '../../../model/json.ts';
import { Data, PAYLOAD_BYTES_MAX } from '../data.ts';
import type { MapState } from '../definition.ts';
import type { ChildExecution, MapRun, MapRunConfig } from '../engine.ts';
import { StateFailure } from '../errors.ts';
import type { Visit } from '../visit.ts';
import { type MapSettings, selectItem } from './map-settings.ts';

/** "Using Map state in Distributed mode" (Developer Guide): up to 10,000 children at a time. */
const CHILDREN_MAX = 10_000;
const EXCEEDED = 'States.ExceedToleratedFailureThreshold';

/** Child executions, each with a history of its own; they see nothing of this execution's variables. */
export async function runDistributed(visit: Visit<MapState>, settings: MapSettings): Promise<JsonValue[]> {
  const { strand, state } = visit;
  const inputs = await childInputs(visit, settings);
  const maxConcurrency = Math.min(settings.maxConcurrency || CHILDREN_MAX, CHILDREN_MAX);
  const config: MapRunConfig = { ...settings, maxConcurrency, inputs };
  const run = strand.run.engine.executions.startMapRun(strand.run, state, config);
  strand.trail.add('MapRunStarted', { mapRunArn: run.mapRunArn });
  try {
    const outputs = await runChildren(visit, run, config);
    run.close('SUCCEEDED');
    strand.trail.add('MapRunSucceeded');
    return outputs;
  } catch (error) {
    if (!(error instanceof StateFailure)) {
      run.close('ABORTED');
      throw error;
    }
    run.close('FAILED');
    strand.trail.add('MapRunFailed', { cause: error.cause, error: error.error });
    throw error;
  }
}

/** Starts children in the order of the items, as many at a time as allowed; outputs keep that order. */
async function runChildren(visit: Visit<MapState>, run: MapRun, config: MapRunConfig): Promise<JsonValue[]> {
  const total = config.inputs.length;
  if (total === 0) return [];
  const outputs: (Data | undefined)[] = new Array(total).fill(undefined);
  const running = new Set<ChildExecution>();
  let [next, done, failedItems] = [0, 0, 0];
  await visit.strand.scope.wait<void>((resolve, reject) => {
    const startMore = () => {
      while (running.size < config.maxConcurrency && next < total) start(next++);
    };
    const start = (index: number) => {
      const child = run.startChild(index);
      running.add(child);
      void child.closed.then((outcome) => {
        running.delete(child);
        done += 1;
        if (outcome.status === 'SUCCEEDED') outputs[index] = outcome.output;
        else failedItems += config.inputs[index]?.items ?? 1;
        if (exceeds(failedItems, config)) reject(new StateFailure(EXCEEDED, EXCEEDED_CAUSE));
        else if (done === total) resolve();
        else startMore();
      });
    };
    startMore();
    return () => {
      next = total;
      for (const child of [...running]) child.stop();
    };
  });
  return outputs.filter((output) => output !== undefined).map((output) => output.value);
}

const EXCEEDED_CAUSE = 'The specified tolerated failure threshold was exceeded';

/** Either threshold suffices; with neither, the first failure is one too many. */
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
