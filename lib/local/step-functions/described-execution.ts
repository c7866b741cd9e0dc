import type { Data } from '../asl/data.ts';
import type { Run } from '../asl/engine.ts';
import type { ExecutionStatus } from './types.ts';

/** An execution as the API describes it. */
export interface DescribedExecution extends Run {
  status: ExecutionStatus;
  stopMillis: number | undefined;
  output: Data | undefined;
  error: string | undefined;
  cause: string | undefined;
  readonly mapRunArn: string | undefined;
  /** The ARN passed to StartExecution, if it named a version or an alias. */
  readonly qualifiedArn: string | undefined;
}
