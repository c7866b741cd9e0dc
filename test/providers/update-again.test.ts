import { describe, expect, it } from 'vitest';
import { createClock } from '../../lib/local/clock.ts';
import { ResourceStore } from '../../lib/local/cloud-control/resource-store.ts';
import { CloudControlService } from '../../lib/local/cloud-control/service.ts';
import { createRandom } from '../../lib/local/random.ts';
import type { Asset } from '../../lib/model/asset.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import type { HashedPlan, Step } from '../../lib/model/plan.ts';
import { planChange, planUndo } from '../../lib/planner/index.ts';
import { updatePatch } from '../../lib/providers/update-patch.ts';
import { ensureTypes } from '../../lib/spec/ensure-types.ts';
import { typeLookup } from '../../lib/spec/lookup.ts';
import { type Sample, sampleOf } from '../machines/sample-properties.ts';

const lookup = typeLookup(ensureTypes());
const place = { account: '111111111111', region: 'us-east-1' };
const header = { environment: 'dev', service: 's', owner: 'o', reason: 'r' };
const policies = { deletionPolicy: 'Delete', updateReplacePolicy: 'Delete' } as const;

/** One resource with its asset and its cloud: plans, sends, reads and registers as the machines do. */
class Life {
  readonly #clock = createClock();
  readonly #store = new ResourceStore();
  readonly #type: string;
  readonly #cloud: CloudControlService;
  #asset: Asset | undefined;
  #calls = 0;

  constructor(type: string) {
    this.#type = type;
    this.#clock.start();
    this.#cloud = new CloudControlService({
      ...{ clock: this.#clock, random: createRandom(1), ...place, store: this.#store, types: lookup },
      ...{ durationMillis: () => 1000, roleProblem: () => undefined, handlerProblem: () => undefined },
    });
  }

  /** Returns the sent, read and requested values, without generated values. */
  state() {
    const { properties = {} } = this.#store.get(this.#type, this.#asset?.identifier ?? '') ?? {};
    const asked = Object.keys(this.#asset?.desired ?? {});
    return {
      desired: this.#asset?.desired,
      there: Object.fromEntries(asked.map((name) => [name, properties[name] ?? null])),
      names: Object.keys(properties).sort(),
    };
  }

  /** Plans and applies a request. @returns what its rollback needs */
  async submit(properties: JsonObject) {
    const resource = { logicalId: 'It', type: this.#type, dependsOn: [], properties, ...policies };
    const desired = {
      header,
      wish: { kind: 'resources' },
      scope: 'dev/s',
      ...place,
      partition: 'aws',
      resources: [resource],
      outputs: {},
    };
    const assets = this.#asset === undefined ? [] : [this.#asset];
    const plan = planChange({ requestId: 'r', desired, assets, lookup } as never);
    const previous = this.#asset;
    const preImage = previous === undefined ? undefined : await this.#read();
    await this.#carryOut(plan);
    return { plan, previous, preImage };
  }

  async undo({ plan, previous, preImage }: Awaited<ReturnType<Life['submit']>>): Promise<void> {
    const outcomes = plan.steps.map(({ id, previous: previousDesired }) => ({
      ...{
        stepId: id,
        status: 'Succeeded' as const,
        identifier: previous?.identifier,
        assetId: previous?.id,
      },
      ...{ preImage, previousDesired, previousApplied: previous?.applied },
    }));
    await this.#carryOut(planUndo({ plan, outcomes, requestId: 'r', runId: 'r', lookup }));
  }

  async #carryOut(plan: HashedPlan): Promise<void> {
    for (const step of plan.steps) await this.#perform(plan, step);
  }

  async #perform({ direction }: HashedPlan, step: Step): Promise<void> {
    const { previous, operation } = step;
    expect(['create', 'update']).toContain(operation);
    const after = step.restore ?? step.desired ?? {};
    let identifier = this.#asset?.identifier ?? '';
    if (operation === 'create')
      identifier = await this.#call('CreateResource', { DesiredState: JSON.stringify(after) });
    else {
      const { applied } = this.#asset ?? {};
      const live = await this.#read();
      const patch = updatePatch({ direction, previous, applied, after, live, spec: lookup(this.#type) });
      const PatchDocument = JSON.stringify(patch);
      if (patch.length > 0) await this.#call('UpdateResource', { Identifier: identifier, PatchDocument });
    }
    this.#asset = {
      ...{ id: 'a', version: (this.#asset?.version ?? 0) + 1, provider: 'cloud-control', identifier },
      ...{ type: this.#type, logicalId: 'It', scope: 'dev/s', ...header, ...place, ...policies },
      ...{
        status: 'Active',
        desired: step.desired ?? {},
        applied: after,
        dependsOn: [],
        dependsOnAssets: [],
      },
      ...{ requestId: 'r', changeId: 'c', runId: 'r', updatedAt: '', attributes: {} },
    };
    this.#asset.attributes = await this.#read();
  }

  async #read(): Promise<JsonObject> {
    const input = { TypeName: this.#type, RoleArn: 'role', Identifier: this.#asset?.identifier ?? '' };
    const answer = (await this.#cloud.call('GetResource', input, {} as never)) as Answer;
    return JSON.parse(answer.ResourceDescription.Properties) as JsonObject;
  }

  async #call(action: string, input: JsonObject): Promise<string> {
    this.#calls += 1;
    const common = { TypeName: this.#type, RoleArn: 'role', ClientToken: `call-${this.#calls}` };
    const started = (await this.#cloud.call(action, { ...common, ...input }, {} as never)) as Answer;
    await this.#clock.quiet();
    const { RequestToken } = started.ProgressEvent;
    const ended = (await this.#cloud.call(
      'GetResourceRequestStatus',
      { RequestToken },
      {} as never,
    )) as Answer;
    expect(ended.ProgressEvent.OperationStatus, ended.ProgressEvent.StatusMessage).toBe('SUCCESS');
    return ended.ProgressEvent.Identifier;
  }
}

interface Answer extends JsonObject {
  ProgressEvent: { RequestToken: string; OperationStatus: string; Identifier: string; StatusMessage: string };
  ResourceDescription: { Properties: string };
}

/** All types with names that the service generates and with plain write-only properties. */
const samples: Sample[] = lookup.names().flatMap((type) => {
  const spec = lookup(type);
  const sample = spec?.provisionable && spec.updatable ? sampleOf(spec) : undefined;
  return sample?.named && sample.hidden.length > 0 ? [sample] : [];
});

describe('update, roll back, update again ends as if there had been no rollback', () => {
  it('for more than sixty types', () => expect(samples.length).toBeGreaterThan(60));
  for (const { type, stays, changing, one, two } of samples)
    it(type, async () => {
      const properties = (value: JsonValue) => ({ ...stays, [changing]: value });
      const [life, straight] = [new Life(type), new Life(type)];
      await life.submit(properties(one));
      const before = life.state();
      await life.undo(await life.submit(properties(two)));
      expect(life.state()).toEqual(before);
      for (const value of [two, one]) await life.submit(properties(value));
      for (const value of [one, two, one]) await straight.submit(properties(value));
      expect(life.state()).toEqual(straight.state());
    });
});
