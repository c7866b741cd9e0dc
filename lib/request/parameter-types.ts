import type { JsonValue } from '../model/json.ts';
import { own, scalarText } from '../template/intrinsic.ts';

/** What a parameter's type says of its value. Source: "Parameters syntax", AWS CloudFormation User Guide. */
export interface ParameterType {
  /** Whether `Ref` gives a list. */
  list: boolean;
  number: boolean;
  /** Type of the value that is fetched from SSM, when the parameter's value is the name of an SSM parameter. */
  fromSsm?: string;
  /** What a resource id must begin with. */
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

/** All names a parameter's Type may have, but those of SSM values. */
export const parameterTypeNames: readonly string[] = [
  ...Object.keys(plainTypes),
  ...Object.keys(awsTypes).flatMap((type) => [type, `List<${type}>`]),
];

/** What a type's name means; undefined when there is no such type. */
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

/** Texts of a given value: one for a scalar type, each trimmed element for a list; undefined when the form is wrong. */
export function textsOf(value: JsonValue, list: boolean): string[] | undefined {
  if (Array.isArray(value)) {
    const texts = value.map(scalarText);
    return list && texts.every((text) => text !== undefined) ? texts : undefined;
  }
  const text = scalarText(value);
  if (text === undefined) return undefined;
  return list ? text.split(',').map((part) => part.trim()) : [text];
}
