import { randomBytes } from 'node:crypto';
import type { Terminal } from './terminal.ts';
import { visible } from './visible.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'quiet' | 'strong' | 'note';

/** "Select Graphic Rendition" of ECMA-48: the codes that turn a format on and off. */
const formats: Record<Tone, [on: number, off: number]> = {
  good: [32, 39],
  bad: [31, 39],
  warn: [33, 39],
  quiet: [2, 22],
  strong: [1, 22],
  note: [36, 39],
};

export type Paint = (tone: Tone, text: string) => string;

/** Marks our own formatting until it is printed. No other text can contain the mark. */
const mark = `\u0001${randomBytes(8).toString('hex')}:`;
const marks = new RegExp(`${mark}(\\d+);`, 'g');

/** Colors text if the terminal supports color. Otherwise returns it unchanged. */
export function painter({ color }: Pick<Terminal, 'color'>): Paint {
  return (tone, text) => (color ? `${mark}${formats[tone][0]};${text}${mark}${formats[tone][1]};` : text);
}

/** Converts our formatting to escape sequences, and removes everything else that a terminal would act on. */
export function onScreen(text: string): string {
  return text
    .split(marks)
    .map((part, index) => (index % 2 === 0 ? visible(part) : `\u001b[${part}m`))
    .join('');
}

/** Returns the number of characters of a text on the screen. */
export function width(text: string): number {
  return visible(text.replace(marks, '')).length;
}

/** Aligns the columns of rows, two spaces apart. The last column is not padded. */
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

/** Pads the text with spaces to a width on the screen. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** Formats a duration: `850 ms`, `12.4 s`, `10 min 12 s`, `1 h 4 min`. */
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

/** Returns `1 step`, `2 steps`. */
export function counted(count: number, word: string, words = `${word}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? word : words}`;
}
