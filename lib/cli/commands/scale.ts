import { connect } from '../../client/deployment.ts';
import { findAsset } from '../../client/inventory/find-asset.ts';
import type { Asset } from '../../model/asset.ts';
import { capacityChange, envelopesOf, numberIn } from '../../model/capacity/envelope.ts';
import { type CapacityTrait, capacitiesOf, findCapacity } from '../../model/capacity/index.ts';
import { capacityProblem } from '../../model/capacity/problem.ts';
import type { JsonObject } from '../../model/json.ts';
import { valueAtPath } from '../../model/property-path.ts';
import type { Run } from '../command.ts';
import { type SubmitOptions, submitChange } from '../submit-change.ts';
import { UsageError } from '../usage-error.ts';

interface Options extends SubmitOptions {
  to?: string;
  property?: string;
}

export const run: Run<Options> = async ({ operands, options, terminal, environment }) => {
  const [name = ''] = operands;
  if (options.to === undefined) refuse('--to is missing; expected --to N, the new capacity');
  const deployment = await connect(environment);
  const asset = await findAsset(deployment, name);
  if ('problem' in asset) return refuse(asset.problem);
  const set = capacitySet(asset, options);
  const [reason, words] = ['Scaled from the command line', 'the scaling'];
  return submitChange(
    deployment,
    { asset, action: 'scale', change: { set }, words, reason },
    options,
    terminal,
  );
};

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
  return problem === undefined ? capacityChange(trait, desired, to) : say(problem);
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
