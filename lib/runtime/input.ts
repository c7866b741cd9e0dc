import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { PermanentError } from '../model/errors.ts';

// zod/mini has no messages of its own: without this line, every message of a function is "Invalid input".
z.config(en());

/** The input of a handler does not match its schema. The message contains names of fields and types, no values. */
export class InputRefused extends PermanentError {
  override readonly name = 'InputRefused';
}

type Issue = z.core.$ZodIssue;

/** Parses the input of a function. @throws InputRefused with all problems */
export function parseInput<Schema extends z.core.$ZodType>(
  name: string,
  schema: Schema,
  event: unknown,
): z.output<Schema> {
  const parsed = z.safeParse(schema, event);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => described(issue)).join('; ');
  throw new InputRefused(
    `The input of the function ${name} does not match its schema: ${problems}. The schema is in lambdas/${name}.ts.`,
  );
}

/** The messages of one problem. For alternatives, those of the one with the fewest problems. */
function described(issue: Issue, above: PropertyKey[] = []): string[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const [closest = []] = issue.errors.toSorted((a, b) => a.length - b.length);
    return closest.flatMap((inner) => described(inner, path));
  }
  return [path.length === 0 ? issue.message : `${path.join('.')}: ${issue.message}`];
}
