import type * as z from 'zod';
import { assetReport, assetsReport } from './asset.ts';
import { changeReport, changesReport, decisionReport } from './change.ts';
import { governanceReport } from './governance.ts';
import { checkReport, rulesReport } from './policy.ts';
import { report } from './request-report.ts';
import { requestsReport } from './requests.ts';
import { decisionReplayReport, replayReport, statusReport } from './scaling.ts';
import { submittedReport } from './submitted.ts';
import { trafficStatusReport } from './traffic.ts';
import { verificationReport } from './verification.ts';

/** Every JSON document that commands print, by name. `docs/schemas/NAME.json` is its JSON Schema. */
export const reports = {
  'request-report': report,
  submitted: submittedReport,
  requests: requestsReport,
  change: changeReport,
  changes: changesReport,
  decision: decisionReport,
  asset: assetReport,
  assets: assetsReport,
  governance: governanceReport,
  'policy-check': checkReport,
  'policy-rules': rulesReport,
  'scaling-replay': replayReport,
  'scaling-decision': decisionReplayReport,
  'scaling-status': statusReport,
  'traffic-status': trafficStatusReport,
  'audit-verification': verificationReport,
} as const satisfies Record<string, z.ZodType>;
export type ReportName = keyof typeof reports;
