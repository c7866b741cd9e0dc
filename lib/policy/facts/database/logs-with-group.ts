import { isObject } from '../../../model/json.ts';
import { isAbsent, isIntrinsic } from '../../unknown.ts';
import type { Fact } from '../fact.ts';

export const logsWithGroup: Fact = {
  name: 'logsWithGroup',
  types: ['AWS::Elasticsearch::Domain', 'AWS::OpenSearchService::Domain'],
  shape: { kind: 'set', element: { kind: 'string' } },
  description:
    'Log types (AUDIT_LOGS, ...) whose publishing option has a log group, as a string or as a value that is not known yet.',
  derive({ value }) {
    const options = value.LogPublishingOptions ?? null;
    if (isAbsent(options) || !isObject(options)) return { value: [] };
    if (isIntrinsic(options)) return { waitsFor: ['LogPublishingOptions'] };
    const unknown = Object.keys(options).filter((kind) => isIntrinsic(options[kind] ?? null));
    if (unknown.length > 0) return { waitsFor: unknown.map((kind) => `LogPublishingOptions.${kind}`) };
    const kinds = Object.entries(options).flatMap(([kind, option]) => {
      const group = isObject(option) ? option.CloudWatchLogsLogGroupArn : undefined;
      const isNamed = !isAbsent(group) && (typeof group === 'string' ? group !== '' : isIntrinsic(group));
      return isNamed ? [kind] : [];
    });
    return { value: kinds };
  },
};
