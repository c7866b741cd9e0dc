/** Puts the machines of the synthesized template into docs/architecture.md: `node docs/images/draw-machines.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshAssembly } from '../../lib/cli/assembly.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { machinesOf, withDiagrams } from './machine-diagrams.ts';

const assembly = await freshAssembly(() => process.stderr.write('Synthesizing the app…\n'));
const template = JSON.parse(readFileSync(join(assembly, 'Baton.template.json'), 'utf8')) as JsonObject;
const page = join(import.meta.dirname, '..', 'architecture.md');
writeFileSync(page, withDiagrams(readFileSync(page, 'utf8'), machinesOf(template)));
