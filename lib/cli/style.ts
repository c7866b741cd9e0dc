import { randomBytes } from 'node:crypto';
import type { Terminal } from './terminal.ts';
import { visible } from './visible.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'quiet' | 'strong' | 'note';

/** "Select Graphic Rendition" of ECMA-48: what turns a format on, and off. */
const formats: Record<Tone, [on: number, off: number]> = {
  good: [32, 39],
  bad: [31, 39],
  warn: [33, 39],
  quiet: [2, 22],
  strong: [1, 22],
  note: [36, 39],
};

export type Paint = (tone: Tone, text: string) => string;

/** Marks our own styling until it comes to the screen; no text of anybody else can hold it. */
const mark = `\u0001${randomBytes(8).toString('hex')}:`;
const marks = new RegExp(`${mark}(\\d+);`, 'g');

/** Colours text where the terminal shows colour; elsewhere it stays as it is. */
export function painter({ colour }: Pick<Terminal, 'colour'>): Paint {
  return (tone, text) => (colour ? `${mark}${formats[tone][0]};${text}${mark}${formats[tone][1]};` : text);
}

/** What a terminal is sent: our styling as escape sequences, and nothing else that a terminal would act on. */
export function onScreen(text: string): string {
  return text
    .split(marks)
    .map((part, index) => (index % 2 === 0 ? visible(part) : `\u001b[${part}m`))
    .join('');
}

/** Characters a text takes on the screen. */
export function width(text: string): number {
  return visible(text.replace(marks, '')).length;
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
