import type { JsonValue } from '../model/json.ts';
import type { ValueType } from '../model/spec.ts';
import { functionOf } from '../template/index.ts';

/** What is known about the resources that a value may refer to. */
export interface References {
  /** Returns the value type of another resource's attribute, or undefined if it is unknown. */
  attributeType(logicalId: string, attribute: string): ValueType | undefined;
  /** Tells whether a name is that of a resource. Other names were already reported. */
  isResource?(name: string): boolean;
}

/** The form of a function's future value. A text stands for every scalar, because scalars are converted. */
export type ReferenceForm = 'a text' | 'a list' | 'an object' | 'anything';

const formByFunction: Readonly<Record<string, ReferenceForm>> = {
  Ref: 'a text',
  'Fn::Sub': 'a text',
  'Fn::Join': 'a text',
  'Fn::Base64': 'a text',
  'Fn::ToJsonString': 'a text',
  'Fn::Length': 'a text',
  'Fn::Equals': 'a text',
  'Fn::And': 'a text',
  'Fn::Or': 'a text',
  'Fn::Not': 'a text',
  'Fn::Split': 'a list',
  'Fn::Cidr': 'a list',
  'Fn::GetAZs': 'a list',
};

/** Returns the form of a function call's future value. */
export function referenceForm(value: JsonValue, { attributeType, isResource }: References): ReferenceForm {
  const name = functionOf(value) ?? '';
  const argument = (value as Record<string, JsonValue>)[name];
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) {
    const [logicalId, attribute] = argument;
    const type = attributeType(String(logicalId), String(attribute));
    return type === undefined ? 'anything' : formOfType(type);
  }
  if (name === 'Ref' && isResource?.(String(argument)) === false) return 'anything';
  return formByFunction[name] ?? 'anything';
}

function formOfType(type: ValueType): ReferenceForm {
  if (type.kind === 'list') return 'a list';
  if (type.kind === 'map' || type.kind === 'definition' || type.kind === 'tag') return 'an object';
  return type.kind === 'json' || type.kind === 'union' ? 'anything' : 'a text';
}
