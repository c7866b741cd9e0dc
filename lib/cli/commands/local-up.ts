import { randomBytes } from 'node:crypto';
import { freshAssembly } from '../assembly.ts';
import { exitStatus, type Run } from '../command.ts';
import { environmentOf, startLocalCloud } from '../local-cloud.ts';

/** The usual port of AWS emulators. */
const usualPort = 4566;

interface Options {
  state?: string;
  port?: number;
  secret?: string;
  speed?: number;
}

export const run: Run<Options> = async ({ options, terminal }) => {
  const assemblyDirectory = await freshAssembly(() => terminal.print('Synthesizing the app…'));
  const { world } = await startLocalCloud({
    assemblyDirectory,
    port: options.port ?? usualPort,
    speed: options.speed,
    // Web pages and other users of this machine can reach loopback too.
    secret: options.secret ?? randomBytes(20).toString('hex'),
    stateDirectory: options.state,
  });
  terminal.print(`The local cloud listens at ${world.endpoint}. In another terminal:`);
  terminal.print('');
  for (const [name, value] of Object.entries(environmentOf(world)))
    terminal.print(`  export ${name}=${value}`);
  terminal.print('  npx baton submit examples/web-app.yaml');
  terminal.print(
    '  aws logs filter-log-events --log-group-name /aws/lambda/baton-pump   # what a function logged',
  );
  terminal.print('');
  terminal.print('Ctrl-C ends it.');
  await interrupted();
  terminal.print('Stopping…');
  await world.stop();
  return exitStatus.completed;
};

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
