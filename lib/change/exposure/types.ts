import type { RiskLevel } from '../../model/change.ts';
import type { JsonValue } from '../../model/json.ts';

/** The kinds of exposure. Governance policies read them as `exposures`. */
export const exposureKinds = [
  'rights',
  'trust',
  'keys',
  'network',
  'secrets',
  'resource-policy',
  'invocation',
  'health-url',
  'vehicle',
  'outage',
  'data-loss',
  'observability',
  'data-protection',
  'sharing',
  'failed-side',
  'unreviewed-type',
] as const;
export type ExposureKind = (typeof exposureKinds)[number];

/** The account of the plan. Every other account is foreign. */
export interface Frame {
  account: string;
}

/** One value of a resource, before or after a change. */
export interface Place {
  type: string;
  /** Names of the enclosing properties, without list positions. */
  path: readonly string[];
  /** The innermost name. */
  name: string;
  value: JsonValue;
}

/** The exposure of a value: medium, or `high` if the contents are among the worst. */
export interface Finding {
  kind: ExposureKind;
  level: Exclude<RiskLevel, 'low'>;
  message: string;
}
