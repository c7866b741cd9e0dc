import { connect } from '../client/deployment.ts';
import { type FoundDecision, findDecision } from '../client/inventory/find-decision.ts';
import { explain } from '../scaling/explain.ts';
import { type DecisionDifference, replayDecision } from '../scaling/replay-decision.ts';
import { type ExitStatus, exitStatus, type Invocation } from './command.ts';
import { printJson } from './print-json.ts';
import { counted, type Paint, painter } from './style.ts';
import { UsageError } from './usage-error.ts';

/** Decides again from the record of a decision, and says what is different. Fails if anything is. */
export async function replayOfDecision(
  id: string,
  {
    options,
    terminal,
    environment,
  }: Pick<Invocation<{ json: boolean }>, 'options' | 'terminal' | 'environment'>,
): Promise<ExitStatus> {
  const found = await findDecision(await connect(environment), id);
  if ('problem' in found) throw new UsageError([found.problem], 'scaling replay');
  const differences = replayDecision(found.stored);
  if (options.json) printJson(terminal, 'scaling-decision', reportOf(found, differences));
  else for (const line of linesOf(found, differences, painter(terminal))) terminal.print(line);
  return differences.length === 0 ? exitStatus.completed : exitStatus.failed;
}

function reportOf({ decisionHash, stored }: FoundDecision, differences: DecisionDifference[]) {
  const { assetId, property, input, decision, to, change } = stored;
  return {
    ...{ decisionHash, assetId, property, at: input.at, from: input.current, to, change },
    ...{ same: differences.length === 0, differences },
    wanted: decision.wanted,
    ...(decision.winner !== null && { metric: decision.winner }),
    ...{ limits: decision.bound, rejected: decision.rejected },
    ...(decision.beyond !== undefined && { beyond: decision.beyond }),
    why: explain(stored),
  };
}

function linesOf(
  { decisionHash, stored }: FoundDecision,
  found: DecisionDifference[],
  paint: Paint,
): string[] {
  const { assetId, property, input, to, change } = stored;
  return [
    paint(
      'strong',
      `${property} of ${assetId}: ${input.current} to ${to}, a ${change} change, decided at ${input.at}`,
    ),
    ...explain(stored).map((line) => `  ${line}`),
    paint('quiet', `record ${decisionHash}`),
    found.length === 0
      ? 'The same: its record leads to this decision again.'
      : `${counted(found.length, 'difference', 'differences')}:`,
    ...found.map(
      ({ path, recorded, now }) =>
        `  ${path}: the record has ${JSON.stringify(recorded) ?? 'nothing'}, decided again ${JSON.stringify(now) ?? 'nothing'}`,
    ),
  ];
}
