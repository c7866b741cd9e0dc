import type { JsonObject } from '../../model/json.ts';
import type { TargetInput } from './target-input.ts';

export interface RuleTarget extends TargetInput {
  id: string;
  arn: string;
  roleArn?: string;
  deadLetterArn?: string;
  /** Default 185, as the service's. */
  maximumRetryAttempts: number;
  /** Default a day, as the service's. */
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
