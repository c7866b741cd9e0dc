import { gather } from '../../audit/bundle.ts';
import { verifyBundle } from '../../audit/verify.ts';
import { readBundleFile } from '../audit/bundle-file.ts';
import { readKeys } from '../audit/keys.ts';
import { verificationText } from '../audit/verification-text.ts';
import { exitStatus, type Run } from '../command.ts';
import { printJson } from '../print-json.ts';
import { painter } from '../style.ts';

export const run: Run<{ key: string[]; seal?: string; json: boolean }> = async ({
  operands,
  options,
  terminal,
}) => {
  const [path = ''] = operands;
  const keys = readKeys(options.key, 'audit verify');
  const bundle = await gather(readBundleFile(path));
  const { from, to } = bundle.header;
  const verification = verifyBundle(bundle, keys, { holding: options.seal });
  if (options.json) printJson(terminal, 'audit-verification', { bundle: path, ...verification });
  else
    for (const line of verificationText(verification, { from, to }, painter(terminal))) terminal.print(line);
  return verification.findings.length === 0 ? exitStatus.completed : exitStatus.rejected;
};
