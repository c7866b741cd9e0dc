import { styleText } from 'node:util';
import type { Terminal } from './terminal.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'quiet' | 'strong' | 'note';

const formats: Record<Tone, Parameters<typeof styleText>[0]> = {
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  quiet: 'dim',
  strong: 'bold',
  note: 'cyan',
};

export type Paint = (tone: Tone, text: string) => string;

/** Colours text where the terminal shows colour; elsewhere it stays as it is. */
export function painter({ colour }: Pick<Terminal, 'colour'>): Paint {
  return (tone, text) => (colour ? styleText(formats[tone], text, { validateStream: false }) : text);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character
const escapes = /\u001b\[[0-9;]*m/g;

/** Characters a text takes on the screen. */
export function width(text: string): number {
  return text.replace(escapes, '').length;
}

/** Rows with their columns aligned, two blanks between; the last column is left ragged. */
export function table(rows: string[][], indent = '  '): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, width(cell));
    });
  return rows.map((row) =>
    (
      indent +
      row.map((cell, column) => pad(cell, column < row.length - 1 ? (widths[column] ?? 0) : 0)).join('  ')
    ).trimEnd(),
  );
}

/** The text with blanks behind it up to a width on the screen. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** A duration as people say it: `850 ms`, `12.4 s`, `10 min 12 s`, `1 h 4 min`. */
export function duration(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000);
  if (milliseconds < 1000) return `${milliseconds} ms`;
  const tenths = Math.round(seconds * 10);
  if (tenths < 600) return `${tenths / 10} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 step`, `2 steps`. */
export function counted(count: number, word: string, words = `${word}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? word : words}`;
}
