/**
 * Creates nested stacks as CloudFormation does. Sources: "AWS::CloudFormation::Stack" (Template Reference) for
 * TemplateURL, Parameters and `Outputs.NAME`; the messages are those of CreateStack.
 */
import { InvalidInput, type Problem } from '../../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { TemplateResource } from './assembly.ts';

/** Returns the parameters that don't match the template of a nested stack. */
export function misfits(template: JsonObject, given: Record<string, JsonValue>): Problem[] {
  const declared = (template.Parameters ?? {}) as Record<string, JsonObject>;
  const missing = Object.entries(declared)
    .filter(([name, { Default }]) => given[name] === undefined && Default === undefined)
    .map(([name]) => name);
  const unknown = Object.keys(given).filter((name) => declared[name] === undefined);
  const lists = Object.keys(given).filter((name) => isObject(given[name]) || Array.isArray(given[name]));
  const problem = (names: string[], message: string): Problem[] =>
    names.length === 0
      ? []
      : [
          {
            path: 'Parameters',
            message: message.replace('NAMES', names.join(', ')),
            code: 'ValidationError',
          },
        ];
  return [
    ...problem(missing, 'Parameters: [NAMES] must have values'),
    ...problem(unknown, 'Parameters: [NAMES] do not exist in the template'),
    ...problem(lists, 'Values of [NAMES] must be strings'),
  ];
}

/**
 * Returns the results for all nested stacks.
 *
 * @throws InvalidInput with the problems of all of them, each with its path
 */
export function within<T>(nested: TemplateResource[], open: (resource: TemplateResource) => T[]): T[] {
  const problems: Problem[] = [];
  const found = nested.flatMap((resource) => {
    try {
      return open(resource);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      const inner = error.problems.map((one) => ({
        ...one,
        path: `Resources.${resource.logicalId} / ${one.path}`,
      }));
      problems.push(...inner);
      return [];
    }
  });
  if (problems.length > 0) throw new InvalidInput(problems);
  return found;
}
