import { command, type Family } from '../command.ts';
import { jsonOption, reasonOption, watchOptions } from '../options.ts';

const shiftOperand = { name: 'ASSET', count: 'optional' } as const;
const whichShift =
  'ASSET is an id, or ENVIRONMENT/NAME/LOGICAL-ID; without it, the only shift that is open. Whoever may cancel the request\n' +
  'may direct its shift, and the front door proves who that is.';

export const traffic: Family = {
  heading: 'Traffic',
  commands: [
    command({
      name: 'traffic shift',
      summary: 'Shift the traffic of an asset to another side, step by step',
      description:
        'ASSET is an id, or ENVIRONMENT/NAME/LOGICAL-ID: a listener, a listener rule, an alias or a stage whose manifest declares\n' +
        'traffic. A SIDE is the logical id of a target group, version or deployment in the same scope, or what the service\n' +
        'calls it. Each weight stays under analysis for its bake time. A failed rule puts the original weight back; without\n' +
        'data, the shift waits for a person.',
      operand: { name: 'ASSET', count: 'one' },
      options: {
        to: { kind: 'text', placeholder: 'SIDE', help: 'The side that gets the traffic' },
        from: {
          kind: 'text',
          placeholder: 'SIDE',
          help: 'The side that has it; by default the only one with traffic',
        },
        strategy: {
          kind: 'text',
          placeholder: 'NAME',
          help: 'canary-10-5m, linear-10-1m, all-at-once or blue-green; by default that of the manifest',
        },
        lift: {
          kind: 'text',
          placeholder: 'REASON',
          help: 'Why traffic goes to a side that failed its analysis; needs an approval where governance asks for any',
        },
        ...watchOptions,
        owner: { kind: 'text', placeholder: 'NAME', help: 'Who asks; by default the owner of the asset' },
        ...reasonOption,
      },
      reports: ['request-report'],
      examples: [
        'baton traffic shift prod/shop/Entry --to Green --strategy canary-10-5m',
        'baton traffic shift prod/shop/Live --to Version8 --reason "release 8"',
      ],
      load: () => import('../commands/traffic-shift.ts'),
    }),
    command({
      name: 'traffic status',
      summary: 'Show the shifts that are open, what each waits for and why',
      description:
        'ASSET is an id, or ENVIRONMENT/NAME/LOGICAL-ID; all shifts without it. With an asset, also lists the sides that failed an\n' +
        'analysis.',
      operand: shiftOperand,
      options: jsonOption,
      reports: ['traffic-status'],
      examples: ['baton traffic status', 'baton traffic status prod/shop/Entry --json'],
      load: () => import('../commands/traffic-status.ts'),
    }),
    command({
      name: 'traffic pause',
      summary: 'Keep a shift at its weight until it is continued or aborted',
      description: whichShift,
      operand: shiftOperand,
      options: reasonOption,
      examples: ['baton traffic pause prod/shop/Entry --reason "looking at the logs"'],
      load: () => import('../commands/traffic-pause.ts'),
    }),
    command({
      name: 'traffic continue',
      summary: 'Let a shift go on that is paused or waits for a person',
      description: `${whichShift}\nA step without data passes once; the next one needs data again.`,
      operand: shiftOperand,
      options: reasonOption,
      examples: ['baton traffic continue prod/shop/Entry --reason "no traffic at night"'],
      load: () => import('../commands/traffic-continue.ts'),
    }),
    command({
      name: 'traffic abort',
      summary: 'Put the original weight back, and end the shift',
      description: whichShift,
      operand: shiftOperand,
      options: reasonOption,
      examples: ['baton traffic abort prod/shop/Entry --reason "wrong version"'],
      load: () => import('../commands/traffic-abort.ts'),
    }),
  ],
};
