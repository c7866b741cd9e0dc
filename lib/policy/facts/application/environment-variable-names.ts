import { isObject, type JsonValue } from '../../../model/json.ts';
import { isAbsent, isUnknown } from '../../unknown.ts';
import type { Fact } from '../fact.ts';

const property = 'Environment.EnvironmentVariables';

function nameOf(variable: JsonValue): JsonValue {
  return isObject(variable) && !isUnknown(variable) ? (variable.Name ?? null) : variable;
}

export const environmentVariableNames: Fact = {
  name: 'environmentVariableNames',
  types: ['AWS::CodeBuild::Project'],
  shape: { kind: 'set', element: { kind: 'string' } },
  description: 'Names of the environment variables of the project.',
  derive({ value }) {
    const environment = value.Environment ?? null;
    if (isUnknown(environment)) return { waitsFor: ['Environment'] };
    const variables = isObject(environment) ? (environment.EnvironmentVariables ?? []) : [];
    if (isUnknown(variables)) return isAbsent(variables) ? { value: [] } : { waitsFor: [property] };
    const names = (Array.isArray(variables) ? variables : [variables]).map(nameOf);
    const waitsFor = names.flatMap((name, index) =>
      isUnknown(name) && !isAbsent(name) ? [`${property}.${index}`] : [],
    );
    if (waitsFor.length > 0) return { waitsFor };
    return { value: names.filter((name) => typeof name === 'string') };
  },
};
