/**
 * Functions share a process, but each needs its own environment and log. While a function runs (including its import),
 * its reads of `process.env` and its output are redirected. AsyncLocalStorage tracks this across everything it awaits.
 * The rest of the process is not affected.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { format } from 'node:util';
import type { Hosts } from '../network/hosts.ts';
import { installNetwork } from '../network/sandbox-network.ts';

export interface Sandbox {
  environment: Record<string, string>;
  print(line: string): void;
  /** The hosts that it can reach by name. */
  hosts: Hosts;
}

const current = new AsyncLocalStorage<Sandbox>();
const printers = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
let installed = false;

/** Runs `work` with this environment as `process.env` and with its output passed to `print`. */
export function runInSandbox<T>(sandbox: Sandbox, work: () => Promise<T>): Promise<T> {
  install();
  return current.run(sandbox, work);
}

/** Called once for the process. Outside of a sandbox, everything passes through. */
function install(): void {
  if (installed) return;
  installed = true;
  installNetwork(() => current.getStore()?.hosts);
  const real = process.env;
  const visible = () => current.getStore()?.environment ?? real;
  process.env = new Proxy(real, {
    get: (_target, key) => Reflect.get(visible(), key),
    set: (_target, key, value) => Reflect.set(visible(), key, String(value)),
    has: (_target, key) => Reflect.has(visible(), key),
    deleteProperty: (_target, key) => Reflect.deleteProperty(visible(), key),
    ownKeys: () => Reflect.ownKeys(visible()),
    getOwnPropertyDescriptor: (_target, key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(visible(), key);
      return descriptor && { ...descriptor, configurable: true };
    },
  });
  for (const name of printers) {
    const original = console[name].bind(console);
    console[name] = (...parts: unknown[]) => {
      const sandbox = current.getStore();
      if (sandbox === undefined) original(...parts);
      else sandbox.print(format(...parts));
    };
  }
  captureStream(process.stdout);
  captureStream(process.stderr);
}

function captureStream(stream: NodeJS.WriteStream): void {
  const original = stream.write.bind(stream) as (...parts: unknown[]) => boolean;
  const write = (...parts: unknown[]): boolean => {
    const sandbox = current.getStore();
    if (sandbox === undefined) return original(...parts);
    sandbox.print(String(parts[0]).replace(/\n$/, ''));
    const callback = parts.at(-1);
    if (typeof callback === 'function') callback();
    return true;
  };
  stream.write = write as typeof stream.write;
}
