import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { functionOf } from '../template/index.ts';
import { within } from '../template/intrinsic.ts';

/**
 * Properties that take a reference to a secret though they are none themselves: user names, which secrets of databases
 * hold beside the password. What reads show of them is kept as a hash. Reviewed by hand; `*` stands for the elements
 * of a list.
 */
const reviewedPlaces: Readonly<Record<string, readonly string[]>> = {
  'AWS::AmazonMQ::Broker': ['Users.*.Username'],
  'AWS::DMS::Endpoint': ['Username'],
  'AWS::DocDB::DBCluster': ['MasterUsername'],
  'AWS::DocDBElastic::Cluster': ['AdminUserName'],
  'AWS::RDS::DBCluster': ['MasterUsername'],
  'AWS::RDS::DBInstance': ['MasterUsername'],
  'AWS::Redshift::Cluster': ['MasterUsername'],
  'AWS::RedshiftServerless::Namespace': ['AdminUsername'],
};

/** Paths of a type in which a secret may stand; `sensitive` are those the spec of the type calls so. */
export function placesForSecrets(type: string, sensitive: readonly string[]): string[] {
  return [...sensitive, ...(Object.hasOwn(reviewedPlaces, type) ? (reviewedPlaces[type] ?? []) : [])];
}

/** A text that holds a dynamic reference, and the property it stands in. */
export interface ReferenceText {
  path: string;
  text: string;
}

/**
 * Every text with a dynamic reference in it. What stands in the arguments of a function that has no value yet stands
 * in the property that the function gives the value of.
 */
export function referenceTexts(properties: JsonObject): ReferenceText[] {
  const found: ReferenceText[] = [];
  const visit = (value: JsonValue, path: string, inFunction: boolean): void => {
    if (typeof value === 'string') {
      if (value.includes('{{resolve:')) found.push({ path, text: value });
    } else if (Array.isArray(value))
      for (const [index, item] of value.entries())
        visit(item, inFunction ? path : within(path, index), inFunction);
    else if (isObject(value)) {
      const inside = inFunction || functionOf(value) !== undefined;
      for (const [key, inner] of Object.entries(value))
        visit(inner, inside ? path : within(path, key), inside);
    }
  };
  visit(properties, '', false);
  return found;
}

/** Whether a text refers to a secret; plain SSM parameters are none, and what can't be told counts as one. */
export function holdsSecretReference(text: string): boolean {
  return /\{\{resolve:(?!ssm:)/.test(text);
}

/** Whether a path of a value is among paths with wildcards. */
export function isAmong(path: string, patterns: readonly string[]): boolean {
  const steps = path.split('.');
  return patterns.some((pattern) => {
    const wanted = pattern.split('.');
    return (
      wanted.length === steps.length &&
      wanted.every(
        (step, index) => step === steps[index] || (step === '*' && /^\d+$/.test(steps[index] ?? '')),
      )
    );
  });
}
