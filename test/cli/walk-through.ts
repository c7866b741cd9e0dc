/** The parts of a walk-through: the console blocks of a page, and the output of their commands. */

/** A command of a console block with its output. */
export interface Shown {
  command: string;
  output: string[];
}

export type Part = { text: string } | { console: Shown[] };

const fence = '```';

/**
 * Splits the page into parts; `render` joins them again. A command starts with `$ `, and a `\` at its end continues it.
 */
export function partsOf(page: string): Part[] {
  const pieces = page.split(new RegExp(`(^${fence}console\\n[\\s\\S]*?^${fence}$)`, 'm'));
  return pieces.map((piece) => {
    if (!piece.startsWith(`${fence}console\n`)) return { text: piece };
    const lines = piece.split('\n').slice(1, -1);
    const shown: Shown[] = [];
    for (const line of lines) {
      const last = shown.at(-1);
      if (line.startsWith('$ ')) shown.push({ command: line.slice(2), output: [] });
      else if (last === undefined)
        throw new Error(`"${line}" stands before any command; expected "$ COMMAND"`);
      else if (last.output.length === 0 && last.command.endsWith('\\')) last.command += `\n${line}`;
      else last.output.push(line);
    }
    return { console: shown };
  });
}

export function render(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      if ('text' in part) return part.text;
      const lines = part.console.flatMap(({ command, output }) => [`$ ${command}`, ...output]);
      return [`${fence}console`, ...lines, fence].join('\n');
    })
    .join('');
}

export function commandsOf(parts: readonly Part[]): Shown[] {
  return parts.flatMap((part) => ('console' in part ? part.console : []));
}

/**
 * Hashes, complete or their first twelve digits. Their values change with every policy, but which ones are equal
 * doesn't.
 */
const hash = /\b[0-9a-f]{64}\b|(?<=[Pp]lan )[0-9a-f]{12}\b/g;

/**
 * Replaces what differs between builds in the outputs. A hash becomes its first position (HASH-3.2 for the second new
 * hash of the third output), so the approved capsule must be the one shown. The number of states changes with every
 * added state, and executions are named after an event id or a hash.
 */
export function evened(outputs: readonly string[]): string[] {
  const names = new Map<string, string>();
  return outputs.map((output, index) => {
    let found = 0;
    return output
      .replaceAll(/\d+ (state transition|pump tick|event)s?/g, 'N $1s')
      .replaceAll(/(:baton-govern-request:)\S+/g, '$1EVENT')
      .replaceAll(/(-(?:run|undo)-)[0-9a-f]{8}\b/g, '$1HASH')
      .replaceAll(hash, (text) => {
        const key = text.slice(0, 12);
        const name = names.get(key) ?? `HASH-${index + 1}.${++found}`;
        names.set(key, name);
        return name;
      });
  });
}

/** Splits a command into words and the variables before it: `AS=ana npx baton approve X --reason "so it is"`. */
export function wordsOf(command: string): { variables: Record<string, string>; words: string[] } {
  const words = [...command.replaceAll('\\\n', ' ').matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(
    ([word]) =>
      word.replaceAll(
        /"([^"]*)"|'([^']*)'/g,
        (_, double?: string, single?: string) => double ?? single ?? '',
      ),
  );
  const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  const pairs = words.slice(0, first === -1 ? words.length : first).map((word) => {
    const at = word.indexOf('=');
    return [word.slice(0, at), word.slice(at + 1)] as const;
  });
  return { variables: Object.fromEntries(pairs), words: first === -1 ? [] : words.slice(first) };
}
