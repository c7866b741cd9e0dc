import type { World } from '../../lib/local/world.ts';

/** What the functions of a local cloud logged: the lines of handlers, and what Lambda's runtime wrote of errors. */
export interface Logged {
  lines: Record<string, unknown>[];
  runtime: string[];
  /** All of it, as it is in the log groups. */
  text: string;
}

export function loggedBy({ services, stack }: World): Logged {
  const messages = stack
    .ofType('AWS::Lambda::Function')
    .flatMap(({ name }) => services.logs.events(`/aws/lambda/${name}`))
    .map(({ message }) => message);
  const { lines = [], runtime = [] } = Object.groupBy(messages, (message) =>
    message.startsWith('{') ? 'lines' : 'runtime',
  );
  return { lines: lines.map((line) => JSON.parse(line)), runtime, text: messages.join('\n') };
}
