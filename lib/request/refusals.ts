import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { isRecordSet } from '../model/record-sets.ts';
import type { TypeSpec } from '../model/spec.ts';
import { scalarText, within } from '../template/intrinsic.ts';

type Report = (path: string, code: string, message: string) => void;

const languageExtensions = 'AWS::LanguageExtensions';

/** Reports the macros of a template. Returns whether there are any, and whether there are language extensions. */
export function refuseMacros(document: JsonObject, report: Report): { macros: boolean; extensions: boolean } {
  const section = document.Transform;
  const listed = Array.isArray(section) ? section : section === undefined ? [] : [section];
  const names = listed.map((entry) => scalarText(isObject(entry) ? entry.Name : entry) ?? 'a macro');
  const macros = names.filter((name) => name !== languageExtensions);
  for (const name of macros) {
    report(
      'Transform',
      'Macro',
      `the template uses the macro ${name}, which only a CloudFormation stack can run; expand it first`,
    );
  }
  if (document.Hooks !== undefined) {
    report('Hooks', 'NeedsStack', 'only a CloudFormation stack can run blue/green deployments by hooks');
  }
  return { macros: macros.length > 0, extensions: names.includes(languageExtensions) };
}

/** Types that no provider can create, because they need a stack or call back. The path is that of the resource. */
const refusedTypes: readonly [RegExp, string, string][] = [
  [
    /^AWS::CloudFormation::(CustomResource)$|^Custom::/,
    'CustomResource',
    'a custom resource calls back into a CloudFormation stack',
  ],
  [
    /^AWS::CloudFormation::WaitCondition(Handle)?$/,
    'NeedsStack',
    'waits for signals, which only a CloudFormation stack receives',
  ],
  [
    /^AWS::CloudFormation::Stack$/,
    'NeedsStack',
    'nested stacks are not supported; submit the nested template as its own request',
  ],
  [/^AWS::CloudFormation::Macro$/, 'Macro', 'only CloudFormation stacks can use a macro'],
  [
    /^AWS::Serverless::/,
    'Macro',
    'AWS::Serverless types must be expanded by the macro AWS::Serverless-2016-10-31 first',
  ],
];

/** Reports why a resource of this type can't be provisioned. Returns whether it is refused. */
export function refuseType(type: string, spec: TypeSpec | undefined, path: string, report: Report): boolean {
  const refused = refusedTypes.find(([pattern]) => pattern.test(type));
  if (refused !== undefined) {
    report(within(path, 'Type'), refused[1], `${type}: ${refused[2]}`);
    return true;
  }
  if (spec === undefined || spec.provisionable || isRecordSet(type)) return false;
  report(within(path, 'Type'), 'Type', `${type} cannot be provisioned through Cloud Control`);
  return true;
}

/** Tells whether an update policy waits for signals or lets CloudFormation run a deployment. */
function waitsForStack(policy: JsonValue): boolean {
  if (!isObject(policy)) return false;
  if (policy.CodeDeployLambdaAliasUpdate !== undefined) return true;
  const rolling = policy.AutoScalingRollingUpdate;
  return isObject(rolling) && scalarText(rolling.WaitOnResourceSignals)?.toLowerCase() === 'true';
}

/** Reports attributes of a resource that need a stack. */
export function refuseStackNeeds(resource: JsonObject, path: string, report: Report): void {
  const { CreationPolicy: creation, UpdatePolicy: update, Metadata: metadata } = resource;
  if (creation !== undefined && !onlyStartsFleet(creation)) {
    report(
      within(path, 'CreationPolicy'),
      'NeedsStack',
      'waits for signals, which only a CloudFormation stack receives',
    );
  }
  if (update !== undefined && waitsForStack(update)) {
    report(
      within(path, 'UpdatePolicy'),
      'NeedsStack',
      'only a CloudFormation stack can apply this update policy',
    );
  }
  if (isObject(metadata) && metadata['AWS::CloudFormation::Init'] !== undefined) {
    const place = within(within(path, 'Metadata'), 'AWS::CloudFormation::Init');
    report(place, 'NeedsStack', 'cfn-init reads its instructions from a CloudFormation stack');
  }
}

/** AppStream's creation policy starts the fleet and waits for no signal. */
function onlyStartsFleet(policy: JsonValue): boolean {
  return isObject(policy) && Object.keys(policy).every((key) => key === 'StartFleet');
}
