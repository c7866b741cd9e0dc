import { connect } from '../../client/deployment.ts';
import { findAsset } from '../../client/inventory/find-asset.ts';
import { InvalidInput } from '../../model/errors.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { segmentsOf } from '../../model/property-path.ts';
import type { AssetChange } from '../../model/wish.ts';
import { changeSecretProblems } from '../../request/configured-secrets.ts';
import { ensureTypes, typeLookup } from '../../spec/index.ts';
import type { Run } from '../command.ts';
import { type SubmitOptions, submitChange } from '../submit-change.ts';
import { UsageError } from '../usage-error.ts';

interface Options extends SubmitOptions {
  remove: string[];
  release: string[];
}

export const run: Run<Options> = async ({ operands, options, terminal, environment }) => {
  const [name = '', ...assignments] = operands;
  const { remove, release } = options;
  const set = valuesOf(assignments, [...remove, ...release]);
  const deployment = await connect(environment);
  const asset = await findAsset(deployment, name);
  if ('problem' in asset) throw new UsageError([asset.problem], 'configure');
  const change: AssetChange = { asset: asset.id, type: asset.type, set, remove, release };
  refuseSecrets(change);
  const [words, reason] = ['the configuration', 'Configured from the command line'];
  return submitChange(deployment, { asset, action: 'configure', change, words, reason }, options, terminal);
};

/** Parses assignments into values by path. @throws UsageError with every assignment that can't be read */
function valuesOf(assignments: string[], others: string[]): JsonObject {
  const problems: string[] = [];
  const set: Record<string, JsonValue> = {};
  for (const text of assignments) {
    const [path = '', ...rest] = text.split('=');
    if (rest.length === 0) problems.push(`${text}: expected PATH=VALUE`);
    else if (Object.hasOwn(set, path)) problems.push(`${path} is set twice; expected each path once`);
    else set[path] = readValue(path, rest.join('='), problems);
  }
  for (const path of [...Object.keys(set), ...others])
    if (segmentsOf(path) === undefined)
      problems.push(
        `"${path}" is not a property path; expected one such as Tags.0.Value, or /Parameters/rds.force_ssl where a name holds a dot`,
      );
  if (assignments.length + others.length === 0)
    problems.push('nothing to change: expected PATH=VALUE, --remove PATH or --release PATH');
  if (problems.length > 0) throw new UsageError(problems, 'configure');
  return set;
}

/** Returns text, or JSON if the text is clearly JSON. A reference to a secret begins with braces and is text. */
function readValue(path: string, text: string, problems: string[]): JsonValue {
  if (!/^[{["]/.test(text) || text.startsWith('{{')) return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    problems.push(
      `${path}: the value begins as JSON and is none: ${error instanceof Error ? error.message : error}`,
    );
    return text;
  }
}

/** Checked before anything is sent, because events and the executions they start store their content. */
function refuseSecrets(change: AssetChange): void {
  const problems = changeSecretProblems([change], typeLookup(ensureTypes()));
  if (problems.length === 0) return;
  throw new InvalidInput(
    problems.map(({ path, message, ...rest }) => ({
      ...rest,
      path: path.replace(/^changes\.0\.(?:set\.)?/, ''),
      message: `${message}; nothing was submitted`,
    })),
  );
}
