import type { Asset } from '../../model/asset.ts';
import type { Problem } from '../../model/errors.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '../../model/json.ts';
import { placeOf, placeOfStep } from '../../model/place.ts';
import type { Step } from '../../model/plan.ts';
import { type Context, comesAfter, wrong } from './context.ts';

interface Known {
  harm(desired: JsonObject): string;
  /** What an approver must read of the call: the property that it sets, and the fields of its value. */
  sends: Readonly<Record<string, readonly string[]>>;
  bakeSeconds: number;
}

/** The checker's own definition of each verb: the harm, what is sent, and the verification time. */
export const knownVerbs: Readonly<Record<string, Known>> = {
  'AWS::ECS::Service restart': {
    harm: ofDeployment,
    sends: { ForceNewDeployment: ['EnableForceNewDeployment', 'ForceNewDeploymentNonce'] },
    bakeSeconds: 60,
  },
};

/** The deployment may leave fewer than all tasks, or this is unknown. */
function ofDeployment(desired: JsonObject): string {
  const deployment = at(desired, 'DeploymentConfiguration');
  if (deployment === undefined && desired.SchedulingStrategy !== 'DAEMON') return 'none';
  if (deployment === undefined || reads(deployment)) return 'brief outage';
  const percent = at(deployment, 'MinimumHealthyPercent');
  if (percent === undefined) return desired.SchedulingStrategy === 'DAEMON' ? 'brief outage' : 'none';
  return typeof percent !== 'object' && Number(percent) >= 100 ? 'none' : 'brief outage';
}

const reads = (value: JsonValue): boolean => /"(?:Ref|Fn::[A-Za-z0-9]+)":/.test(canonicalJson(value));

function at(value: JsonValue, name: string): JsonValue | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value[name] : undefined;
}

/**
 * A request for verbs leads to exactly these steps: one `act` step for each verb, and a `verify` step if the asset has
 * health checks. No property changes.
 */
export function checkActs(context: Context): Problem[] {
  const { plan, evidence } = context;
  const wish = evidence.desired?.wish;
  const verbs = wish?.kind === 'verbs' ? wish.verbs : [];
  const acts = new Map(plan.steps.filter(isAct).map((step) => [step.assetId ?? '', step]));
  const problems: Problem[] = [];
  for (const { asset: id, verb } of verbs) {
    const [asset, step] = [context.asset.get(id), acts.get(id)];
    if (asset === undefined || step === undefined)
      problems.push({ path: `verbs.${id}`, code: 'MissingStep', message: `${verb} of ${id} has no step` });
    else problems.push(...checkAct(context, step, verb, asset));
    acts.delete(id);
  }
  for (const step of acts.values())
    problems.push(wrong(step, 'NotAsked', `${step.id} acts on what is not named`));
  for (const step of plan.steps) problems.push(...checkForm(step));
  if (Object.keys(plan.outputs).length > 0)
    problems.push({ path: 'outputs', code: 'WrongOutputs', message: 'verbs give no outputs' });
  return [...problems, ...checkOrder(context), ...strayVerifications(context)];
}

/** A plan for anything else has no `act` steps. */
export function checkNoActs({ plan }: Context): Problem[] {
  return plan.steps
    .filter(isAct)
    .map((step) => wrong(step, 'NotAsked', `${step.id} acts on an asset; the request has no verbs`));
}

const isAct = ({ operation }: Step): boolean => operation === 'act';

function checkAct({ plan }: Context, step: Step, verb: string, asset: Asset): Problem[] {
  const row = knownVerbs[`${asset.type} ${verb}`];
  const problems: Problem[] = [];
  const expect = (holds: boolean, code: string, message: string) => {
    if (!holds) problems.push(wrong(step, code, `${step.id}: ${message}`));
  };
  if (row === undefined) return [wrong(step, 'UnknownVerb', `${asset.type} has no verb ${verb}`)];
  const harm = row.harm(asset.desired);
  expect(step.id === `act:${asset.logicalId}:${verb}`, 'WrongId', 'the id is not that of its verb');
  expect(step.type === asset.type && step.act?.verb === verb, 'NotAsAsked', `expected ${verb}`);
  expect(
    canonicalJson(placeOfStep(plan, step)) === canonicalJson(placeOf(asset)),
    'OtherPlace',
    'it works elsewhere than its asset is',
  );
  expect(step.act?.harm === harm, 'WrongHarm', `its harm is "${harm}"`);
  const sends = Object.entries(step.act?.sends ?? {}).map(([name, value]) => [
    name,
    Object.keys(value ?? {}).sort(),
  ]);
  expect(
    canonicalJson(Object.fromEntries(sends)) === canonicalJson(row.sends),
    'WrongCall',
    `what it shows as sent is not what ${verb} sends`,
  );
  expect(
    [step.act?.precondition, step.act?.witness, step.act?.verification].every(Boolean),
    'Unexplained',
    'it says no precondition, witness or verification',
  );
  const verify = plan.steps.find((one) => one.operation === 'verify' && one.resource === asset.logicalId);
  const checks = asset.health ?? [];
  if (checks.length === 0) {
    expect(verify === undefined, 'NotAsAsked', 'there are no health checks to verify');
    return problems;
  }
  expect(
    verify !== undefined &&
      canonicalJson(verify.health ?? []) === canonicalJson(checks) &&
      verify.bakeSeconds === (asset.bakeSeconds ?? row.bakeSeconds) &&
      verify.identifier === asset.identifier &&
      canonicalJson(verify.dependsOn) === canonicalJson([step.id]),
    'NotVerified',
    'its health checks are not verified after it as the asset declares them',
  );
  return problems;
}

/** These steps send no properties and have no inverse. */
function checkForm(step: Step): Problem[] {
  const { operation, desired, restore, changes, act, inverse } = step;
  if (operation !== 'act' && operation !== 'verify')
    return [wrong(step, 'NotAsked', `${step.id} changes what a request for verbs does not`)];
  const sends = [desired, restore, changes, operation === 'verify' ? act : undefined];
  const problems = sends.every((one) => one === undefined)
    ? []
    : [wrong(step, 'NotAsAsked', `${step.id} carries properties`)];
  const loses = act?.harm === 'data loss';
  const said = loses ? inverse.irreversible : inverse.because;
  if (said === undefined || loses !== (inverse.irreversible !== undefined))
    problems.push(wrong(step, 'WrongInverse', `${step.id} does not say why nothing undoes it`));
  return problems;
}

/** A dependent of another named asset comes after that asset and its verification. */
function checkOrder(context: Context): Problem[] {
  const problems: Problem[] = [];
  for (const step of context.plan.steps.filter(isAct)) {
    const needs = needsOf(context, step.resource);
    for (const other of context.plan.steps) {
      if (!needs.has(other.resource) || needsOf(context, other.resource).has(step.resource)) continue;
      if (comesAfter(context, step.id, other.id)) continue;
      problems.push(wrong(step, 'ReferenceNotCovered', `${step.id} does not wait for ${other.id}`));
    }
  }
  return problems;
}

function needsOf({ current }: Context, name: string): Set<string> {
  const found = new Set(current.get(name)?.dependsOn);
  for (const one of found) for (const further of current.get(one)?.dependsOn ?? []) found.add(further);
  return found;
}

function strayVerifications({ plan }: Context): Problem[] {
  const acted = new Set(plan.steps.filter(isAct).map(({ resource }) => resource));
  return plan.steps
    .filter(({ operation, resource }) => operation === 'verify' && !acted.has(resource))
    .map((step) => wrong(step, 'NotAsked', `${step.id} verifies what is not acted on`));
}
