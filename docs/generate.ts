/** Writes the generated parts of the documentation and of the README: `node docs/generate.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshAssembly } from '../lib/cli/assembly.ts';
import type { JsonObject } from '../lib/model/json.ts';
import { generatedPages } from './pages.ts';

const assembly = await freshAssembly(() => process.stderr.write('Synthesizing the app…\n'));
const template = JSON.parse(readFileSync(join(assembly, 'Baton.template.json'), 'utf8')) as JsonObject;
for (const [path, text] of generatedPages(template)) writeFileSync(join(import.meta.dirname, path), text);
