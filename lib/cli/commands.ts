import type { Command, Family } from './command.ts';
import { audit } from './families/audit.ts';
import { changes } from './families/changes.ts';
import { general } from './families/general.ts';
import { inventory } from './families/inventory.ts';
import { local } from './families/local.ts';
import { policy } from './families/policy.ts';
import { requests } from './families/requests.ts';
import { scaling } from './families/scaling.ts';
import { traffic } from './families/traffic.ts';

/** Every family of commands in the order of the help: one line for each family, which has one row for each command. */
export const families: readonly Family[] = [
  local,
  requests,
  changes,
  inventory,
  policy,
  scaling,
  traffic,
  audit,
  general,
];

/** Every command, in the same order. The file of a command has its name. */
export const commands: readonly Command[] = families.flatMap((family) => family.commands);
