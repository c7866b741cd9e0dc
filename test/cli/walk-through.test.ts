import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../lib/cli/main.ts';
import { baton, memoryTerminal } from './support.ts';
import { commandsOf, evened, partsOf, render, wordsOf } from './walk-through.ts';

// `UPDATE_GOLDEN=1 npx vitest run test/cli/walk-through.test.ts` writes the outputs into the page.
const root = join(import.meta.dirname, '..', '..');
const file = join(root, 'docs', 'walk-through.md');
const update = process.env.UPDATE_GOLDEN === '1';
/** The port in the page. The test uses a free port, because a reader may use the page's port at the same time. */
const usualEndpoint = 'http://127.0.0.1:4566';

/**
 * The parts of a shell that the page uses: `npx baton` in this process, everything else with `sh` in a separate folder.
 */
class Shell {
  readonly folder = mkdtempSync(join(tmpdir(), 'baton-walk-through-'));
  readonly #environment: Record<string, string> = {};
  readonly #before = process.cwd();
  #up: { endpoint: string; ended: Promise<unknown> } | undefined;
  #status = 0;
  /** The last capsule shown. Its hash changes with every policy, and the page contains an older one. */
  capsule = '';

  constructor() {
    symlinkSync(join(root, 'examples'), join(this.folder, 'examples'));
    process.chdir(this.folder);
  }

  /** Returns the output of the command as the page would show it. */
  async run(command: string): Promise<string> {
    if (command === 'echo $?') return `${this.#status}`;
    const { variables, words } = wordsOf(command);
    const [program, ...rest] = words;
    if (program === 'export') {
      Object.assign(this.#environment, wordsOf(rest.join(' ')).variables);
      return '';
    }
    if (program !== 'npx' || rest[0] !== 'baton') return this.#sh(command);
    const line = rest.slice(1).map((word, at, all) => (all[at - 1] === '--capsule' ? this.capsule : word));
    if (line[0] === 'local' && line[1] === 'up') return this.#localUp(line);
    const said = await baton(line, this.#variables(variables));
    await this.#rest();
    this.#status = said.status;
    const text = [said.stdout, said.stderr].filter((one) => one !== '').join('\n');
    this.capsule = /(?:--capsule|^ +Capsule) +([0-9a-f]{64})/m.exec(text)?.[1] ?? this.capsule;
    return text;
  }

  async close(): Promise<void> {
    process.emit('SIGINT');
    await this.#up?.ended;
    process.chdir(this.#before);
    rmSync(this.folder, { recursive: true });
  }

  #sh(command: string): string {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    this.#status = status ?? 1;
    return `${stdout}${stderr}`.replace(/\n$/, '');
  }

  async #localUp(line: string[]): Promise<string> {
    const { terminal, stdout } = memoryTerminal();
    const ended = main([...line, '--port', '0'], terminal, process.env);
    await vi.waitUntil(() => stdout.includes('Ctrl-C ends it.'), { timeout: 60_000 });
    const [endpoint = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(stdout.join('\n')) ?? [];
    this.#up = { endpoint, ended };
    const shown = stdout.slice(stdout.findIndex((text) => text.startsWith('The local cloud')));
    return shown.join('\n').replaceAll(endpoint, usualEndpoint);
  }

  #variables(ofCommand: Record<string, string>): Record<string, string> {
    const all = { ...this.#environment, ...ofCommand };
    return all.AWS_ENDPOINT_URL === usualEndpoint && this.#up
      ? { ...all, AWS_ENDPOINT_URL: this.#up.endpoint }
      : all;
  }

  /** Waits until the cloud has finished the previous command, as a person typing would. */
  async #rest(): Promise<void> {
    if (this.#up) await baton(['local', 'wait', '0s'], { AWS_ENDPOINT_URL: this.#up.endpoint });
  }
}

describe('docs/walk-through.md', () => {
  const page = readFileSync(file, 'utf8');
  const parts = partsOf(page);
  const shown = commandsOf(parts);
  const wanted = evened(shown.map(({ output }) => output.join('\n')));
  let said: string[] = [];

  beforeAll(async () => {
    const shell = new Shell();
    try {
      for (const each of shown) {
        const { capsule } = shell;
        said.push(await shell.run(each.command));
        if (update) each.command = each.command.replace(/(?<=--capsule )[0-9a-f]{64}/, capsule);
      }
    } finally {
      await shell.close();
    }
    const outputs = said;
    said = evened(outputs);
    if (!update || said.every((text, index) => text === wanted[index])) return;
    for (const [index, each] of shown.entries()) each.output = linesOf(outputs[index] ?? '');
    writeFileSync(file, render(parts));
  });

  it('can be parsed and reassembled unchanged', () => {
    expect(render(partsOf(page))).toBe(page);
    expect(shown.length).toBeGreaterThan(12);
  });

  for (const [index, { command }] of shown.entries())
    it.skipIf(update)(`${index + 1}: ${command}`, () => {
      expect(said[index]).toBe(wanted[index]);
    });
});

describe('outputs are different', () => {
  const hashes = ['a', 'b'].map((digit) => digit.repeat(64));
  it('by any word, or by another hash in place of a repeated one, and by nothing else', () => {
    const [first, second] = hashes;
    expect(evened([`Plan ${first?.slice(0, 12)}`, `hash ${first}`])).not.toEqual(
      evened([`hash ${first}`, `hash ${second}`]),
    );
    expect(evened([`hash ${first}`, `hash ${first}`])).not.toEqual(
      evened([`hash ${first}`, `hash ${second}`]),
    );
    expect(evened([`hash ${first}`, `hash ${second}`])).toEqual(evened([`hash ${second}`, `hash ${first}`]));
    expect(evened(['Approved by user/ben.'])).not.toEqual(evened(['Approved by user/ana.']));
  });
});

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}
