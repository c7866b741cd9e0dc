import { connect } from '../../client/deployment.ts';
import type { RequestReport } from '../../client/reports/request-report.ts';
import { type DryRun, dryRun } from '../../client/requests/dry-run.ts';
import { notSubmitted, planForm, violationForm } from '../../client/requests/request-report.ts';
import { exitStatus, type Run } from '../command.ts';
import { printReport } from '../follow.ts';
import { planText } from '../plan-text.ts';
import { type RequestFileOptions, readRequestFiles, readRunInputs } from '../request-files.ts';
import { fileSettings } from '../settings-file.ts';
import { painter } from '../style.ts';
import { UsageError } from '../usage-error.ts';
import { verdictsText } from '../verdicts-text.ts';

export const run: Run<RequestFileOptions & { json: boolean }> = async ({
  operands,
  options,
  terminal,
  environment,
}) => {
  const settings = fileSettings();
  if (settings === undefined)
    throw new UsageError(['cdk.json has no settings of Baton (context key "baton")']);
  const [file] = readRequestFiles(operands, options, settings.defaultEnvironment);
  if (file === undefined) throw new UsageError(['FILE is missing']);
  const inputs = readRunInputs(options);
  const deployment = await connect(environment);
  const planned = await dryRun(deployment, file, inputs, settings);
  const paint = painter(terminal);
  if (options.json) printReport(terminal, [report(file.file, planned)]);
  else
    for (const line of [
      ...verdictsText(planned.verdicts, paint),
      '',
      ...planText(planned.plan, paint, { title: 'Plan, not submitted,' }),
    ])
      terminal.print(line);
  return planned.verdicts.decision === 'allow' ? exitStatus.completed : exitStatus.rejected;
};

/** Returns the `--json` report of a request that was never submitted. Allowed counts as completed. */
function report(file: string, { plan, verdicts }: DryRun): RequestReport {
  return {
    ...notSubmitted(file),
    status: verdicts.decision === 'allow' ? 'Completed' : 'Rejected',
    violations: verdicts.violations.map(violationForm),
    plan: planForm(plan),
  };
}
