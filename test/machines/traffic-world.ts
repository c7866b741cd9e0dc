import type { Asset } from '../../lib/model/asset.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { findWeight } from '../../lib/model/weights/index.ts';
import { manifest, type Playground } from './playground.ts';

/** A listener with two sides. `bad`: percent of the requests that fail on the new side. */
export interface Scene {
  bad?: number;
  traffic?: string;
  /** Weights as the manifest has them. */
  weights?: [blue: number, green: number];
}

export const canary =
  '{ strategy: canary-10-5m, minimumSamples: 10, patience: 5m, metrics: [{ kind: threshold, metric: HTTPCode_Target_5XX_Count, statistic: Sum, above: 5 }] }';

/** Returns the name and the environment of `shop`, which is in `dev`, or of `prod/shop`. */
function partsOf(place: string): [scope: string, environment: string] {
  const [scope = '', environment = 'dev'] = place.split('/').reverse();
  return [scope, environment];
}

/** Returns a manifest of a listener that sends all of its traffic to `Blue`. */
export function twoSides(
  place: string,
  { bad = 0, traffic = canary, weights = [100, 0] }: Scene = {},
): string {
  const [scope, environment] = partsOf(place);
  const [blue, green] = weights;
  const group = (name: string, percent: number) =>
    `{ Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: { Name: ${scope}-${name}, Port: 80, Protocol: HTTP, VpcId: vpc-1, Tags: [{ Key: local-error-percent, Value: "${percent}" }] } }`;
  return manifest(
    scope,
    `Resources:
  Blue: ${group('blue', 0)}
  Green: ${group('green', bad)}
  Entry:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/app/${scope}/0123456789abcdef
      Port: 80
      Protocol: HTTP
      DefaultActions:
        - Type: forward
          ForwardConfig:
            TargetGroups: [{ TargetGroupArn: !Ref Blue, Weight: ${blue} }, { TargetGroupArn: !Ref Green, Weight: ${green} }]
    Baton: { traffic: ${traffic} }
`,
  ).replace('environment: dev', `environment: ${environment}`);
}

export async function entryOf({ deployment }: Playground, place: string): Promise<Asset> {
  const [scope, environment] = partsOf(place);
  const assets = await deployment.inventory.scopeAssets(`${environment}/${scope}`);
  const entry = assets.find(({ logicalId }) => logicalId === 'Entry');
  if (entry === undefined) throw new Error(`${scope} has no listener`);
  return entry;
}

/** Returns the detail of a request that shifts the traffic of a scope's listener to `Green`. */
export async function shiftTo(play: Playground, place: string, more: JsonObject = {}): Promise<JsonObject> {
  const [service, environment] = partsOf(place);
  const { id: asset } = await entryOf(play, place);
  const header = {
    action: 'shift-traffic',
    ...{ environment, service },
    owner: 'tests',
    reason: 'new',
  };
  return { header, shifts: [{ asset, to: 'Green', ...more }] };
}

/** Returns the percentage that the cloud sends to `Green` now. */
export async function greenPercent(play: Playground, place: string): Promise<number | undefined> {
  const [scope, environment] = partsOf(place);
  const { type, identifier } = await entryOf(play, place);
  const live = play.world.services.cloudControl.store.get(type, identifier)?.properties ?? {};
  const assets = await play.deployment.inventory.scopeAssets(`${environment}/${scope}`);
  const arnOf = (name: string) => assets.find(({ logicalId }) => logicalId === name)?.identifier ?? '';
  const trait = findWeight(type);
  if (typeof trait === 'string') throw new Error(trait);
  return trait.read?.(live, { stable: arnOf('Blue'), target: arnOf('Green') });
}

/** Sets the percentage past Baton. */
export async function setGreen(play: Playground, place: string, percent: number): Promise<void> {
  const { type, identifier } = await entryOf(play, place);
  const { store } = play.world.services.cloudControl;
  const found = store.get(type, identifier);
  if (found === undefined) throw new Error(`${place} has no listener`);
  const [action] = structuredClone(found.properties.DefaultActions) as {
    ForwardConfig: { TargetGroups: { Weight: number }[] };
  }[];
  const [blue, green] = action?.ForwardConfig.TargetGroups ?? [];
  Object.assign(blue ?? {}, { Weight: 100 - percent });
  Object.assign(green ?? {}, { Weight: percent });
  store.put({ ...found, properties: { ...found.properties, DefaultActions: [action] as never } });
}

/** Sends requests through the listener of a scope. */
export async function load(
  play: Playground,
  scope: string,
  perSecond: number,
  minutes: number,
): Promise<void> {
  const { identifier } = await entryOf(play, scope);
  const values = Array.from({ length: minutes }, () => perSecond);
  play.world.services.loads.start({ resource: identifier, trace: { intervalSeconds: 60, values }, scale: 1 });
}
