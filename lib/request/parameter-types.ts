import type { JsonValue } from '../model/json.ts';
import { own, scalarText } from '../template/intrinsic.ts';

/** The meaning of a parameter type. Source: "Parameters syntax", AWS CloudFormation User Guide. */
export interface ParameterType {
  /** Whether `Ref` returns a list. */
  list: boolean;
  number: boolean;
  /** The type of the value read from SSM, if the parameter's value is the name of an SSM parameter. */
  fromSsm?: string;
  /** The required prefix of a resource id. */
  prefix?: string;
}

const awsTypes: Readonly<Record<string, string | undefined>> = {
  'AWS::EC2::AvailabilityZone::Name': undefined,
  'AWS::EC2::Image::Id': 'ami-',
  'AWS::EC2::Instance::Id': 'i-',
  'AWS::EC2::KeyPair::KeyName': undefined,
  'AWS::EC2::SecurityGroup::GroupName': undefined,
  'AWS::EC2::SecurityGroup::Id': 'sg-',
  'AWS::EC2::Subnet::Id': 'subnet-',
  'AWS::EC2::VPC::Id': 'vpc-',
  'AWS::EC2::Volume::Id': 'vol-',
  'AWS::Route53::HostedZone::Id': undefined,
};
const plainTypes: Readonly<Record<string, ParameterType>> = {
  String: { list: false, number: false },
  Number: { list: false, number: true },
  CommaDelimitedList: { list: true, number: false },
  'List<String>': { list: true, number: false },
  'List<Number>': { list: true, number: true },
  'AWS::SSM::Parameter::Name': { list: false, number: false },
};

/** All valid names for a parameter's Type, except those of SSM values. */
export const parameterTypeNames: readonly string[] = [
  ...Object.keys(plainTypes),
  ...Object.keys(awsTypes).flatMap((type) => [type, `List<${type}>`]),
];

/** Returns the meaning of a type's name, or undefined if there is no such type. */
export function parameterTypeOf(name: string): ParameterType | undefined {
  const plain = own(plainTypes, name);
  if (plain !== undefined) return plain;
  const wanted = /^AWS::SSM::Parameter::Value<(.+)>$/.exec(name)?.[1];
  if (wanted !== undefined) {
    const inner = parameterTypeOf(wanted);
    return inner === undefined || inner.fromSsm !== undefined ? undefined : { ...inner, fromSsm: wanted };
  }
  const element = /^List<(.+)>$/.exec(name)?.[1];
  const type = element ?? name;
  if (!Object.hasOwn(awsTypes, type)) return undefined;
  return { list: element !== undefined, number: false, prefix: awsTypes[type] };
}

/**
 * Returns the texts of a value: one for a scalar type, each trimmed element for a list. Undefined if the form is wrong.
 */
export function textsOf(value: JsonValue, list: boolean): string[] | undefined {
  if (Array.isArray(value)) {
    const texts = value.map(scalarText);
    return list && texts.every((text) => text !== undefined) ? texts : undefined;
  }
  const text = scalarText(value);
  if (text === undefined) return undefined;
  return list ? text.split(',').map((part) => part.trim()) : [text];
}
