import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands, families } from '../lib/cli/commands.ts';
import { explain, overview } from '../lib/cli/help.ts';
import type { JsonObject } from '../lib/model/json.ts';
import { changeEventSchema, withEventTables } from './event-pages.ts';
import { machinesOf, withDiagrams } from './images/machine-diagrams.ts';
import { overview as picture } from './images/overview.ts';
import { decisionIndex, withEntries, withFolderMap, withMetrics } from './indexes.ts';
import { policyPages } from './policy-pages.ts';
import { reportSchemas } from './report-schemas.ts';

const fence = '```';

/** Returns the generated parts of the documentation as text, by path below `docs`. */
export function generatedPages(template: JsonObject): Map<string, string> {
  return new Map([
    ['images/overview.svg', picture()],
    ['architecture.md', withFolderMap(withDiagrams(page('architecture.md'), machinesOf(template)))],
    ['scaling.md', withDiagrams(page('scaling.md'), machinesOf(template))],
    ['audit.md', withEntries(page('audit.md'))],
    ['command-line.md', withHelp(page('command-line.md'))],
    ['itsm.md', withEventTables(page('itsm.md'))],
    ['operations.md', withMetrics(page('operations.md'))],
    ['decisions/README.md', decisionIndex()],
    ['schemas/change-event.json', changeEventSchema()],
    ...reportSchemas(),
    ...policyPages(),
  ]);
}

export function page(path: string): string {
  return readFileSync(join(import.meta.dirname, path), 'utf8');
}

/** Returns the page with the help of each command between its markers, `<!-- help NAME -->` and `<!-- end -->`. */
function withHelp(text: string): string {
  return text.replace(
    /(<!-- help ?(.*?) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_whole, begin: string, name: string, end: string) => {
      const command = commands.find((each) => each.name === name);
      const help = command === undefined ? overview(families) : explain(command);
      return `${begin}${fence}\n${help}\n${fence}\n${end}`;
    },
  );
}
