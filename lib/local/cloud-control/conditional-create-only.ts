/**
 * Properties that only some updates may change (`conditionalCreateOnlyProperties`), as far as AWS documents which. The
 * handler compares both models and returns NotUpdatable.
 */
import { canonicalJson, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { HandlerError } from './handler-error.ts';

type Rule = (before: JsonValue | undefined, after: JsonValue | undefined) => boolean;

/** Tells whether a value may change into another, different value. */
const never: Rule = () => false;
const onlyGoes: Rule = (_before, after) => after === undefined || after === '';
const between =
  (...pairs: [string, string][]): Rule =>
  (before, after) =>
    pairs.some(([from, to]) => from === before && to === after);

/**
 * Sources: RDS: `ImmutabilityHelper`, aws-cloudformation/aws-cloudformation-resource-providers-rds. DynamoDB: the key
 * schema of a table is fixed ("UpdateTable", DynamoDB API reference, has no such parameter). EC2: "Changing the tenancy
 * of an EC2 instance", Amazon EC2 user guide: only between dedicated and host.
 */
const rules: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  'AWS::RDS::DBInstance': {
    Engine: between(['oracle-se', 'oracle-se2'], ['oracle-se1', 'oracle-se2'], ['aurora', 'aurora-mysql']),
    PerformanceInsightsKMSKeyId: (before) => before === undefined || before === '',
    SourceDBInstanceIdentifier: onlyGoes,
    DBSnapshotIdentifier: onlyGoes,
    DBClusterSnapshotIdentifier: onlyGoes,
    RestoreTime: onlyGoes,
    SourceDBInstanceAutomatedBackupsArn: onlyGoes,
    SourceDbiResourceId: onlyGoes,
  },
  'AWS::DynamoDB::Table': { KeySchema: never },
  'AWS::EC2::Instance': { Tenancy: between(['dedicated', 'host'], ['host', 'dedicated']) },
};

/** Returns why a handler can't make an update in place, or undefined if it can. */
export function notUpdatable(type: string, before: JsonObject, after: JsonObject): HandlerError | undefined {
  const fixed = Object.entries(rules[type] ?? {}).filter(([name, allowed]) => {
    const [had, has] = [before[name], after[name]];
    const same = canonicalJson(had ?? null) === canonicalJson(has ?? null);
    return !same && !allowed(had, has);
  });
  if (fixed.length === 0) return undefined;
  const names = fixed.map(([name]) => name).join(', ');
  return { errorCode: 'NotUpdatable', message: `${names} of ${type} can't be changed in this way.` };
}
