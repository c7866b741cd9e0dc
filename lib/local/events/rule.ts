import type { JsonObject } from '../../model/json.ts';
import type { TargetInput } from './target-input.ts';

export interface RuleTarget extends TargetInput {
  id: string;
  arn: string;
  roleArn?: string;
  deadLetterArn?: string;
  /** Default 185, as in the service. */
  maximumRetryAttempts: number;
  /** Default one day, as in the service. */
  maximumEventAgeSeconds: number;
}

export interface Rule {
  name: string;
  arn: string;
  busName: string;
  pattern?: JsonObject;
  schedule?: string;
  enabled: boolean;
  targets: RuleTarget[];
}
