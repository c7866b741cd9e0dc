import { connect, type Deployment } from '../../client/deployment.ts';
import { findAsset } from '../../client/inventory/find-asset.ts';
import type { Asset } from '../../model/asset.ts';
import { carrierOf } from '../../model/capacity/carrier.ts';
import { envelopesOf, numberIn } from '../../model/capacity/envelope.ts';
import { type CapacityTrait, capacitiesOf, findCapacity } from '../../model/capacity/index.ts';
import { groupChange } from '../../model/capacity/members.ts';
import { capacityProblem } from '../../model/capacity/problem.ts';
import type { JsonObject } from '../../model/json.ts';
import { valueAtPath } from '../../model/property-path.ts';
import { planCarried } from '../../scaling/carried.ts';
import { exitStatus, type Run } from '../command.ts';
import { type Submission, type SubmitOptions, submitChange } from '../submit-change.ts';
import { UsageError } from '../usage-error.ts';

interface Options extends SubmitOptions {
  to?: string;
  property?: string;
  'with-group'?: boolean;
  'per-instance'?: string;
}

export const run: Run<Options> = async ({ operands, options, terminal, environment }) => {
  const [name = ''] = operands;
  if (options.to === undefined) refuse('--to is missing; expected --to N, the new capacity');
  const deployment = await connect(environment);
  const asset = await findAsset(deployment, name);
  if ('problem' in asset) return refuse(asset.problem);
  const set = capacitySet(asset, options);
  const own = { asset, action: 'scale' as const, change: { set }, ...words };
  const all = options['with-group'] === true ? await withGroup(deployment, own, options) : [own];
  for (const [index, one] of all.entries()) {
    const status = await submitChange(deployment, one, options, terminal);
    if (status === exitStatus.completed) continue;
    const left = all.slice(index + 1).map((later) => later.asset.logicalId);
    if (left.length > 0)
      terminal.complain(
        `baton: ${left.join(', ')} stays as it is, since ${one.asset.logicalId} was not scaled`,
      );
    return status;
  }
  return exitStatus.completed;
};

const words = { words: 'the scaling', reason: 'Scaled from the command line' };

/** Returns the requests that scale a service and the group that it runs on, in order: room first. */
async function withGroup(
  { inventory }: Deployment,
  own: Submission,
  { to = '', 'per-instance': per }: Options,
): Promise<Submission[]> {
  const { asset } = own;
  const say = (problem: string) => refuse(`${asset.logicalId}: ${problem}; nothing was submitted`);
  if (capacitiesOf(asset.type)[0]?.carriedBy === undefined)
    return say(`${asset.type} runs on nothing that could be scaled with it`);
  const perCarrier = per === undefined ? undefined : numberIn(per);
  if (per !== undefined && !(perCarrier !== undefined && perCarrier >= 1))
    return say(`expected a number of tasks from 1 after --per-instance, got "${per}"`);
  const scope = (await inventory.scopeAssets(asset.scope)).filter(({ status }) => status === 'Active');
  const named = (one: Asset) => ({ ...one, properties: { ...one.attributes, ...one.desired } });
  const found = carrierOf(named(asset), scope.map(named));
  if ('problem' in found) return say(found.problem);
  if ('none' in found) return [own];
  const group = scope.find(({ logicalId }) => logicalId === found.group.logicalId);
  const size = (one: Asset | undefined, path: string) =>
    numberIn(one && (valueAtPath(one.attributes, path) ?? valueAtPath(one.desired, path)));
  const [current, from] = [
    size(group, 'DesiredCapacity') ?? size(group, 'MinSize'),
    size(asset, 'DesiredCount'),
  ];
  if (group === undefined || current === undefined || from === undefined)
    return say('the sizes of it and of its group are not known yet');
  const bounds = {
    min: size(group, 'MinSize') ?? 0,
    max: size(group, 'MaxSize') ?? Number.POSITIVE_INFINITY,
  };
  const carried = { from, to: Number(to) };
  const plan = planCarried({ carried, carrier: { current, ...bounds }, perCarrier });
  if (typeof plan === 'string') return say(plan);
  return plan.map((change) =>
    change.of === 'carried'
      ? own
      : {
          ...{ asset: group, action: 'scale' as const, ...words },
          change: { set: capacitySet(group, { to: `${change.to}`, property: 'DesiredCapacity' }) },
        },
  );
}

/** Returns the properties to set. Checked before anything is submitted, by the rules that the planner has. */
function capacitySet(
  asset: Asset,
  { to: text = '', property }: Pick<Options, 'to' | 'property'>,
): JsonObject {
  const { logicalId, type, desired, attributes, scaling } = asset;
  const trait = capacityOf(asset, property);
  const say = (problem: string) =>
    refuse(`${trait.property} of ${logicalId}: ${problem}; nothing was submitted`);
  const to = numberIn(text);
  if (to === undefined) return say(`expected a number of ${trait.unit}, got "${text}"`);
  const from = numberIn(valueAtPath(desired, trait.property) ?? valueAtPath(attributes, trait.property));
  const envelope = envelopesOf(type, scaling).find((one) => one.trait.property === trait.property);
  const problem = trait.unmet?.(desired) ?? capacityProblem(trait, { from, to, envelope });
  return problem === undefined ? groupChange(trait, asset, to) : say(problem);
}

/** Returns the capacity to change: the named one, or the only one that the asset can change. */
function capacityOf({ logicalId, type, desired }: Asset, property: string | undefined): CapacityTrait {
  const usable = capacitiesOf(type).filter(({ unmet }) => unmet?.(desired) === undefined);
  if (property === undefined && usable.length > 1) {
    const names = usable.map((one) => one.property).join(' or ');
    return refuse(`${logicalId} is ${type}, which has several capacities; expected --property ${names}`);
  }
  const found = property === undefined && usable[0] ? usable[0] : findCapacity(type, property);
  if (typeof found !== 'string') return found;
  return refuse(
    capacitiesOf(type).length === 0
      ? `${logicalId} is ${type}, which has no capacity that can be changed in place`
      : found,
  );
}

function refuse(problem: string): never {
  throw new UsageError([problem], 'scale');
}
