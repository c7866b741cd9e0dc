import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { DesiredOutput } from '../model/request.ts';
import { didYouMean, evaluate, evaluateCondition, type Scope } from '../template/index.ts';
import { scalarText, shown, within } from '../template/intrinsic.ts';
import type { Problems } from './problems.ts';

const outputKeys = ['Value', 'Description', 'Export', 'Condition'];

/** Returns the outputs whose condition holds, evaluated as far as possible. */
export function readOutputs(
  entries: readonly [string, JsonValue, string][],
  scope: Scope,
  problems: Problems,
): Record<string, DesiredOutput> {
  const outputs: Record<string, DesiredOutput> = {};
  const exported = new Map<string, string>();
  for (const [name, written] of entries) {
    const path = within('Outputs', name);
    if (!/^[A-Za-z0-9]{1,255}$/.test(name)) {
      problems.add(
        path,
        'LogicalId',
        `"${name}" is not an output name; expected up to 255 letters and digits`,
      );
      continue;
    }
    if (!isObject(written)) {
      problems.add(path, 'Output', `expected an object with a Value, got ${shown(written)}`);
      continue;
    }
    for (const key of Object.keys(written)) {
      if (outputKeys.includes(key)) continue;
      problems.add(
        within(path, key),
        'UnknownKey',
        `an output has no "${key}"${didYouMean(key, outputKeys)}`,
      );
    }
    const { Condition: condition } = written;
    if (condition !== undefined && evaluateCondition(condition, scope, within(path, 'Condition')) === false)
      continue;
    const output = readOutput(written, path, scope, problems);
    if (output === undefined) continue;
    outputs[name] = output;
    if (output.exportName === undefined) continue;
    const other = exported.get(output.exportName);
    if (other !== undefined) {
      problems.add(path, 'DuplicateExport', `"${output.exportName}" is exported by "${other}" already`);
    }
    exported.set(output.exportName, name);
  }
  return outputs;
}

function readOutput(
  written: JsonObject,
  path: string,
  scope: Scope,
  problems: Problems,
): DesiredOutput | undefined {
  if (written.Value === undefined) {
    problems.add(path, 'Output', 'an output needs a Value');
    return undefined;
  }
  const value = evaluate(written.Value, scope, within(path, 'Value'));
  if (value === undefined || value === null || Array.isArray(value)) {
    problems.add(
      within(path, 'Value'),
      'Output',
      `the value of an output must be a text, got ${shown(value)}`,
    );
    return undefined;
  }
  const description = scalarText(written.Description);
  const exportName = exportNameOf(written, path, scope, problems);
  return {
    value: scalarText(value) ?? value,
    ...(description === undefined ? {} : { description }),
    ...(exportName === undefined ? {} : { exportName }),
  };
}

function exportNameOf(
  written: JsonObject,
  path: string,
  scope: Scope,
  problems: Problems,
): string | undefined {
  if (written.Export === undefined) return undefined;
  const here = within(path, 'Export.Name');
  const name =
    isObject(written.Export) && written.Export.Name !== undefined
      ? evaluate(written.Export.Name, scope, here)
      : undefined;
  const text = scalarText(name);
  if (text === undefined || text === '') {
    problems.add(here, 'Output', `an export needs a Name that is known before planning, got ${shown(name)}`);
  }
  return text;
}
