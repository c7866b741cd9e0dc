/** Draws docs/images/overview.svg, the picture in the README: `node docs/images/draw-overview.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { overview } from './overview.ts';

writeFileSync(join(import.meta.dirname, 'overview.svg'), overview());
