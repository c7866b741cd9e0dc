import type { RiskLevel } from '../../model/change.ts';
import type { JsonValue } from '../../model/json.ts';

/** What a change of such content is about; governance policies read these as `exposures`. */
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
  'observability',
  'data-protection',
  'sharing',
  'unreviewed-type',
] as const;
export type ExposureKind = (typeof exposureKinds)[number];

/** Where the account of the plan ends, foreign begins. */
export interface Frame {
  account: string;
}

/** One value of a resource, on one side of a change. */
export interface Place {
  type: string;
  /** Names of the properties above it, list positions left out. */
  path: readonly string[];
  /** The innermost name. */
  name: string;
  value: JsonValue;
}

/** What a value bears: at least medium; `high` where the contents are among the worst. */
export interface Finding {
  kind: ExposureKind;
  level: Exclude<RiskLevel, 'low'>;
  message: string;
}
