import { writeFileSync } from 'node:fs';
import { connect } from '../../client/deployment.ts';
import { exitStatus, type Run } from '../command.ts';

export const run: Run<{ out?: string }> = async ({ options, terminal, environment }) => {
  const { sealingKey } = await connect(environment);
  const pem = await sealingKey.publicKey();
  if (options.out === undefined) terminal.print(pem.trimEnd());
  else {
    writeFileSync(options.out, pem);
    terminal.print(`${options.out}: the public key that seals are verified with`);
  }
  return exitStatus.completed;
};
