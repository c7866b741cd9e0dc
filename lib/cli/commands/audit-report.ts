import { writeFileSync } from 'node:fs';
import { type Bundle, gather } from '../../audit/bundle.ts';
import { evidenceOf } from '../../audit/evidence.ts';
import { evidenceCsv, evidenceMarkdown } from '../../audit/evidence-text.ts';
import { verifyBundle } from '../../audit/verify.ts';
import { readTrail } from '../../client/audit/read-trail.ts';
import { connect } from '../../client/deployment.ts';
import { findFramework } from '../../policy/frameworks.ts';
import { readBundleFile } from '../audit/bundle-file.ts';
import { type Dates, rangeOf } from '../audit/dates.ts';
import { readKeys } from '../audit/keys.ts';
import { exitStatus, type Run } from '../command.ts';
import { counted } from '../style.ts';
import { UsageError } from '../usage-error.ts';

interface Options extends Dates {
  framework?: string;
  bundle?: string;
  key: string[];
  format?: string;
  out?: string;
}

export const run: Run<Options> = async ({ options, terminal, environment }) => {
  if (options.framework === undefined)
    throw new UsageError(['--framework is missing; expected a name, as hipaa-security'], 'audit report');
  const framework = findFramework(options.framework);
  const range = rangeOf(options, 'audit report');
  const keys = options.key.length === 0 ? [] : readKeys(options.key, 'audit report');
  // Reads the whole trail, or the whole bundle: an approval may precede the requested time range.
  const lines =
    options.bundle === undefined ? readTrail(await connect(environment)) : readBundleFile(options.bundle);
  const bundle = await gather(lines);
  const findings = keys.length === 0 ? undefined : verifyBundle(bundle, keys).findings;
  const evidence = evidenceOf(bundle, framework, range);
  const trail = trailText(bundle, options.bundle, findings?.length);
  const text = options.format === 'csv' ? evidenceCsv(evidence) : evidenceMarkdown(evidence, trail);
  if (options.out === undefined) terminal.print(text.trimEnd());
  else {
    writeFileSync(options.out, text);
    const { controls, changes } = evidence;
    terminal.print(`${options.out}: ${counted(changes, 'change')}, ${counted(controls.length, 'control')}`);
  }
  if (findings !== undefined && findings.length > 0) {
    terminal.complain(
      `baton: the trail does not hold: ${counted(findings.length, 'finding')}; \`baton audit verify\` names them`,
    );
    return exitStatus.rejected;
  }
  return exitStatus.completed;
};

function trailText({ seals }: Bundle, file: string | undefined, findings: number | undefined): string {
  const last = seals.at(-1);
  const sealed = last === undefined ? 'not sealed yet' : `sealed up to seal ${last.number} of ${last.at}`;
  const source = file === undefined ? 'read from the ledger' : `bundle ${file}`;
  if (findings === undefined) return `${source}, ${sealed}, not verified (give \`--key\`)`;
  return `${source}, ${sealed}, ${findings === 0 ? 'verified' : `verification failed: ${counted(findings, 'finding')}`}`;
}
