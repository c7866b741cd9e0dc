import { isObject, type JsonObject } from '../json.ts';
import {
  byUpdate,
  checkedPercent,
  entriesOf,
  exact,
  heldEntries,
  heldProperties,
  refuse,
  shareIn,
  sidesIn,
  type WeightedList,
  type WeightTrait,
  weightedEntries,
} from './trait.ts';

const machineVersions: WeightedList = {
  name: 'StateMachineVersionArn',
  weight: 'Weight',
  absent: 0,
  zero: false,
};

function additionalWeights(properties: JsonObject): JsonObject[] {
  const { RoutingConfig: routing } = properties;
  return isObject(routing) ? entriesOf(routing.AdditionalVersionWeights) : [];
}

const functionVersions: WeightedList = {
  name: 'FunctionVersion',
  weight: 'FunctionWeight',
  absent: 0,
  zero: true,
};

/** Returns the versions of an alias; the main one has what is left. */
function versionsOf(properties: JsonObject): JsonObject[] {
  const additional = additionalWeights(properties);
  const rest = 1 - additional.reduce((sum, { FunctionWeight: weight }) => sum + Number(weight), 0);
  return [...additional, { FunctionVersion: properties.FunctionVersion ?? '', FunctionWeight: exact(rest) }];
}

/** Weights between versions of one function, API or state machine. */
export const versionWeights: readonly WeightTrait[] = [
  {
    type: 'AWS::Lambda::Alias',
    path: 'RoutingConfig.AdditionalVersionWeights.*.FunctionWeight',
    alsoSets: ['FunctionVersion'],
    holds: ['FunctionVersion', 'RoutingConfig'],
    side: { type: 'AWS::Lambda::Version', called: /^\d+$/ },
    sideAttribute: 'Version',
    unit: 'fraction',
    least: 0,
    most: 1,
    shares: 'the probability of the additional version; the rest goes to FunctionVersion',
    moved: byUpdate,
    readBack: 'the properties',
    drain: {
      seconds: 900,
      source: 'an invocation ends on the version that it began on, after 15 minutes at most',
    },
    write: (properties, { stable, target }, percent) => {
      checkedPercent(percent);
      if (stable === target) refuse(`expected two different versions, got ${stable} twice`);
      if ([stable, target].includes('$LATEST'))
        refuse('an alias with weights needs two published versions, got $LATEST');
      const others = additionalWeights(properties).filter(
        ({ FunctionVersion: version, FunctionWeight: weight }) => {
          return version !== stable && version !== target && Number(weight) > 0;
        },
      );
      if (others.length > 0) refuse(`version ${String(others[0]?.FunctionVersion)} also gets traffic`);
      const weights = [{ FunctionVersion: target, FunctionWeight: exact(percent / 100) }];
      return {
        set: {
          FunctionVersion: percent === 100 ? target : stable,
          RoutingConfig: { AdditionalVersionWeights: percent > 0 && percent < 100 ? weights : [] },
        },
        remove: [],
      };
    },
    read: (properties, sides) => shareIn(versionsOf(properties), functionVersions, sides),
    sides: (properties) => sidesIn(versionsOf(properties), functionVersions),
    hold: (_written, standing) => heldProperties(['FunctionVersion', 'RoutingConfig'], standing),
  },
  {
    type: 'AWS::ApiGateway::Stage',
    path: 'CanarySetting.PercentTraffic',
    alsoSets: ['DeploymentId', 'CanarySetting.DeploymentId', 'Variables'],
    holds: ['DeploymentId', 'CanarySetting'],
    side: { type: 'AWS::ApiGateway::Deployment', called: /^[a-z0-9]+$/ },
    unit: 'percent',
    least: 0,
    most: 100,
    shares: 'the percentage of the canary deployment; the rest goes to the stage',
    moved: byUpdate,
    readBack: 'the properties',
    drain: { seconds: 30, source: 'an integration of a REST API ends after 29 s by default' },
    write: (properties, { stable, target }, percent) => {
      checkedPercent(percent);
      if (stable === target) refuse(`expected two different deployments, got ${stable} twice`);
      const canary = isObject(properties.CanarySetting) ? properties.CanarySetting : {};
      const { StageVariableOverrides: overrides } = canary;
      const before = isObject(properties.Variables) ? properties.Variables : {};
      if (percent < 100)
        return {
          set: {
            DeploymentId: stable,
            CanarySetting: { ...canary, DeploymentId: target, PercentTraffic: percent },
          },
          remove: [],
        };
      // Promotion: the stage takes over the deployment and the variables of the canary.
      const set: JsonObject = { DeploymentId: target };
      if (isObject(overrides)) set.Variables = { ...before, ...overrides };
      return { set, remove: ['CanarySetting'] };
    },
    read: (properties, { stable, target }) => {
      const { CanarySetting: canary, DeploymentId: main } = properties;
      if (!isObject(canary)) return main === target ? 100 : main === stable ? 0 : undefined;
      if (main !== stable || canary.DeploymentId !== target) return undefined;
      return Number(canary.PercentTraffic ?? 0);
    },
    sides: ({ CanarySetting: canary, DeploymentId: main }) => {
      const percent = isObject(canary) ? Number(canary.PercentTraffic ?? 0) : 0;
      const other = isObject(canary) ? [{ name: String(canary.DeploymentId), weight: percent }] : [];
      return [{ name: String(main), weight: 100 - percent }, ...other];
    },
    hold: (_written, standing) => heldProperties(['DeploymentId', 'CanarySetting'], standing),
  },
  {
    type: 'AWS::StepFunctions::StateMachineAlias',
    path: 'RoutingConfiguration.*.Weight',
    alsoSets: [],
    holds: ['RoutingConfiguration'],
    side: { type: 'AWS::StepFunctions::StateMachineVersion', called: /^arn:[\w-]+:states:.+:\d+$/ },
    unit: 'percent',
    least: 0,
    most: 100,
    shares: 'the percentage of a version; both together are 100',
    moved: byUpdate,
    readBack: 'the properties',
    drain: { seconds: 0, source: 'an execution ends on the version that it began on' },
    write: (properties, sides, percent) => {
      if (properties.DeploymentPreference !== undefined)
        refuse('DeploymentPreference lets AWS move the weight; expected an alias without it');
      if (!Number.isInteger(checkedPercent(percent)))
        refuse(`an alias of a state machine takes whole percentages, got ${percent}`);
      const entries = entriesOf(properties.RoutingConfiguration);
      const parts = { stable: 100 - percent, target: percent };
      return {
        set: { RoutingConfiguration: weightedEntries(entries, machineVersions, sides, parts) },
        remove: [],
      };
    },
    read: (properties, sides) => shareIn(entriesOf(properties.RoutingConfiguration), machineVersions, sides),
    sides: (properties) => sidesIn(entriesOf(properties.RoutingConfiguration), machineVersions),
    hold: (written, standing) => {
      const [said, inForce] = [written, standing].map((one) => entriesOf(one.RoutingConfiguration));
      return {
        set: { RoutingConfiguration: heldEntries(said ?? [], inForce ?? [], machineVersions) },
        remove: [],
      };
    },
  },
];
