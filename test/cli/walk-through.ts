/** What a walk-through is made of: the console blocks of a page, and what their commands say when they are run. */

/** A command of a console block with the lines below it. */
export interface Shown {
  command: string;
  output: string[];
}

export type Part = { text: string } | { console: Shown[] };

const fence = '```';

/** The page in parts; `render` puts them together again. A command begins with `$ `, a `\` at its end goes on. */
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

/** Hashes, whole or their first twelve digits: what they are changes with every policy, which ones are the same does not. */
const hash = /\b[0-9a-f]{64}\b|(?<=[Pp]lan )[0-9a-f]{12}\b/g;

/**
 * The outputs with what no two builds share put evenly: a hash becomes the place where it first stood (the second new one
 * of the third output: HASH-3.2), so that the capsule that is approved has to be the one that was shown. How many states
 * a machine goes through changes with every state added to it; an execution is named after the id of an event or after a
 * hash.
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

/** One command as words, with the variables before it: `AS=ana npx baton approve X --reason "so it is"`. */
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
