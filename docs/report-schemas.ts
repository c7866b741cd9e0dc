import * as z from 'zod';
import { changeReport, changesReport, decisionReport } from '../lib/cli/change-form.ts';
import { governanceReport } from '../lib/cli/governance-form.ts';
import { report } from '../lib/cli/report-form.ts';
import { requestsReport } from '../lib/cli/requests-form.ts';

/** What `--json` prints: file below `docs/schemas`, title, form. */
const reports: [file: string, title: string, schema: z.ZodType][] = [
  ['request-report.json', 'submit, watch, local run, plan and decommission with --json', report],
  ['change.json', 'changes show --json', changeReport],
  ['changes.json', 'changes list --json', changesReport],
  ['requests.json', 'requests list --json', requestsReport],
  ['governance.json', 'governance check with --json', governanceReport],
  ['decision.json', 'approve, reject and withdraw with --json', decisionReport],
];

/** The JSON Schemas of the reports, by path below `docs`. */
export function reportSchemas(): [path: string, text: string][] {
  return reports.map(([file, title, schema]) => [
    `schemas/${file}`,
    `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, null, 2)}\n`,
  ]);
}
