import * as z from 'zod';
import { commands } from '../lib/cli/commands.ts';
import { type ReportName, reports } from '../lib/client/reports/index.ts';

/** The JSON Schemas of what commands print as JSON, by path below `docs`. */
export function reportSchemas(): [path: string, text: string][] {
  return Object.entries(reports).map(([name, schema]) => [
    `schemas/${name}.json`,
    `${JSON.stringify({ title: titleOf(name as ReportName), ...z.toJSONSchema(schema) }, null, 2)}\n`,
  ]);
}

/** `JSON output of baton approve, baton reject`. */
function titleOf(name: ReportName): string {
  const printing = commands.filter(({ reports: printed = [] }) => printed.includes(name));
  return `JSON output of ${printing.map((command) => `baton ${command.name}`).join(', ')}`;
}
