import { command, type Family } from '../command.ts';
import { environmentOption, jsonOption, reasonOption, watchOptions } from '../options.ts';

export const inventory: Family = {
  heading: 'Inventory',
  commands: [
    command({
      name: 'inventory list',
      summary: 'List assets by type, owner, service, environment or status',
      options: {
        type: { kind: 'text', placeholder: 'TYPE', help: 'Resource type, as AWS::S3::Bucket' },
        owner: { kind: 'text', placeholder: 'NAME', help: 'Owner' },
        service: { kind: 'text', placeholder: 'NAME', help: 'Service' },
        ...environmentOption,
        status: {
          kind: 'text',
          placeholder: 'STATUS',
          choices: ['Active', 'Retired', 'Retained', 'Unknown'],
          help: 'Status; Active by default',
        },
        ...jsonOption,
      },
      reports: ['assets'],
      examples: [
        'baton inventory list --service web-app',
        'baton inventory list --type AWS::S3::Bucket --json',
      ],
      load: () => import('../commands/inventory-list.ts'),
    }),
    command({
      name: 'inventory show',
      summary: 'Show an asset: its versions, what it needs and what needs it',
      operand: { name: 'ASSET', count: 'one' },
      options: jsonOption,
      reports: ['asset'],
      examples: ['baton inventory show 5f1c0a9e2b7d4c3f8a6e1d0b9c8a7f6e'],
      load: () => import('../commands/inventory-show.ts'),
    }),
    command({
      name: 'decommission',
      summary: 'Retire assets, in the reverse order of what needs what',
      operand: { name: 'ASSET', count: 'many' },
      options: {
        ...watchOptions,
        owner: { kind: 'text', placeholder: 'NAME', help: 'Who asks; by default the owner of the assets' },
        ...reasonOption,
      },
      reports: ['request-report'],
      examples: ['baton decommission 5f1c0a9e2b7d4c3f8a6e1d0b9c8a7f6e --reason "service shut down"'],
      load: () => import('../commands/decommission.ts'),
    }),
  ],
};
