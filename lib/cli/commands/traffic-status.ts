import { connect } from '../../client/deployment.ts';
import { failedOf, openShifts } from '../../client/inventory/traffic-status.ts';
import type { FailedSideReport, TrafficStatus } from '../../client/reports/traffic.ts';
import { assetIdOf } from '../asset-id.ts';
import { exitStatus, type Run } from '../command.ts';
import { printJson } from '../print-json.ts';
import { weightText } from '../shift-text.ts';
import { counted, type Paint, painter } from '../style.ts';
import { oneLine } from '../visible.ts';

export const run: Run<{ json: boolean }> = async ({ operands, options, terminal, environment }) => {
  const deployment = await connect(environment);
  const assetId = await assetIdOf(deployment, operands[0]);
  const shifts = await openShifts(deployment, assetId);
  const failed = assetId === undefined ? [] : await failedOf(deployment, assetId);
  if (options.json) printJson(terminal, 'traffic-status', { shifts, failed });
  else for (const line of statusText(shifts, failed, painter(terminal))) terminal.print(line);
  return exitStatus.completed;
};

function statusText(shifts: TrafficStatus[], failed: FailedSideReport[], paint: Paint): string[] {
  return [
    ...shifts.flatMap((shift) => shiftLines(shift, paint)),
    counted(shifts.length, 'open shift', 'open shifts'),
    ...failed.map(
      ({ side, failedAt, why, lifted }) =>
        `${paint(lifted === undefined ? 'bad' : 'quiet', lifted === undefined ? 'failed' : 'failed, and lifted since')}: ` +
        oneLine(`${side} at ${failedAt}: ${why}`),
    ),
  ];
}

function shiftLines(shift: TrafficStatus, paint: Paint): string[] {
  const { scope, logicalId, requestId, requester, status, from, to, weight, weights, decision } = shift;
  const steps = weights.map(weightText).join(', ');
  return [
    paint('strong', `${scope}/${logicalId}: ${from} to ${to}, now ${weight} %`),
    `  request:  ${requestId} of ${requester}, ${status}`,
    `  weights:  ${steps}`,
    ...(decision === undefined
      ? ['  decision: none yet']
      : [
          `  decision: ${decision.rule} at ${decision.at}: ${oneLine(decision.why)}`,
          ...(decision.waitsForPerson
            ? [paint('warn', '  waits for a person: baton traffic continue, or abort')]
            : []),
        ]),
  ];
}
