import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { functionOf } from '../template/index.ts';
import { within } from '../template/intrinsic.ts';

/**
 * Properties that accept a reference to a secret although they aren't sensitive: user names, which database secrets
 * contain with the password. Reads of them are stored as a hash. Reviewed manually; `*` stands for the elements of a
 * list.
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

/**
 * Returns the paths of a type that may contain a secret. `sensitive` are the sensitive properties in the type's spec.
 */
export function placesForSecrets(type: string, sensitive: readonly string[]): string[] {
  return [...sensitive, ...(Object.hasOwn(reviewedPlaces, type) ? (reviewedPlaces[type] ?? []) : [])];
}

/** A text with a dynamic reference, and its property. */
export interface ReferenceText {
  path: string;
  text: string;
}

/**
 * Returns every text with a dynamic reference. An argument of an unresolved function belongs to the property that the
 * function sets.
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

/**
 * Tells whether a text refers to a secret. Plain SSM parameters are not secrets; unreadable references count as
 * secrets.
 */
export function holdsSecretReference(text: string): boolean {
  return /\{\{resolve:(?!ssm:)/.test(text);
}

/** Tells whether a path matches one of the paths with wildcards. */
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
