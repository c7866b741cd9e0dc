import { connect } from '../../client/deployment.ts';
import { scalingStatus } from '../../client/inventory/scaling-status.ts';
import type { ScalingStatus } from '../../client/reports/scaling.ts';
import { assetIdOf } from '../asset-id.ts';
import { exitStatus, type Run } from '../command.ts';
import { printJson } from '../print-json.ts';
import { counted, type Paint, painter, table } from '../style.ts';

export const run: Run<{ why: boolean; json: boolean }> = async ({
  operands,
  options,
  terminal,
  environment,
}) => {
  const deployment = await connect(environment);
  const capacities = await scalingStatus(deployment, await assetIdOf(deployment, operands[0]));
  if (options.json) printJson(terminal, 'scaling-status', { capacities });
  else for (const line of statusText(capacities, options, painter(terminal))) terminal.print(line);
  return exitStatus.completed;
};

function statusText(capacities: ScalingStatus[], { why }: { why: boolean }, paint: Paint): string[] {
  if (capacities.length === 0) return ['No asset declares scaling.'];
  const heading = ['Asset', 'Capacity', 'Now', 'Bounds', 'Last decision', 'Outcome'];
  const rows = capacities.map((one) => {
    const { scope, logicalId, property, capacity, min, max, last } = one;
    const decided = last === undefined ? 'none yet' : `${last.from} to ${last.to} at ${last.at}`;
    return [
      `${scope}/${logicalId}`,
      property,
      `${capacity ?? '?'}`,
      `${min} to ${max}`,
      decided,
      outcomeOf(one),
    ];
  });
  const lines = table([heading.map((text) => paint('strong', text)), ...rows], '');
  const reasons = why ? capacities.flatMap((one) => whyText(one, paint)) : [];
  return [...lines, ...reasons, paint('quiet', counted(capacities.length, 'policy', 'policies'))];
}

function outcomeOf(status: ScalingStatus): string {
  const { waiting } = status;
  const asks = waiting && `${waiting.to} waits for an approval (${waiting.requestId})`;
  return [endOf(status), asks].filter(Boolean).join('; ');
}

function endOf({ last, inFlight }: ScalingStatus): string {
  if (inFlight !== undefined) return `in flight since ${inFlight.since} (${inFlight.requestId})`;
  if (last === undefined) return '';
  const retry = last.retryAt === undefined ? '' : `, next attempt from ${last.retryAt}`;
  return `${last.outcome ?? 'unknown'} (${last.requestId})${retry}`;
}

function whyText({ scope, logicalId, property, last }: ScalingStatus, paint: Paint): string[] {
  if (last === undefined) return [];
  return ['', paint('strong', `${scope}/${logicalId} ${property}`), ...last.why.map((line) => `  ${line}`)];
}
