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
      description: 'ASSET is an id, or ENVIRONMENT/NAME/LOGICAL-ID.',
      operand: { name: 'ASSET', count: 'one' },
      options: jsonOption,
      reports: ['asset'],
      examples: [
        'baton inventory show prod/shop/Database',
        'baton inventory show 5f1c0a9e2b7d4c3f8a6e1d0b9c8a7f6e',
      ],
      load: () => import('../commands/inventory-show.ts'),
    }),
    command({
      name: 'configure',
      summary: 'Change single properties of an asset, and nothing else of its scope',
      description:
        'ASSET is an id, or ENVIRONMENT/NAME/LOGICAL-ID. A path is dotted (Environment.Variables.LEVEL, Tags.0.Value), or begins\n' +
        'with a slash where a name holds a dot (/Parameters/rds.force_ssl). A value is text, which becomes a number or a boolean\n' +
        'where the property is one, or JSON that begins with {, [ or ". Manifests submitted later leave the property as it was\n' +
        'configured, until they say something new of it or it is given back with --release.',
      operand: { name: 'ASSET PATH=VALUE', count: 'many' },
      options: {
        remove: { kind: 'texts', placeholder: 'PATH', help: 'Remove a property; may be repeated' },
        release: {
          kind: 'texts',
          placeholder: 'PATH',
          help: 'Give a configured property back to the manifest, with the value it has there; may be repeated',
        },
        ...watchOptions,
        owner: { kind: 'text', placeholder: 'NAME', help: 'Who asks; by default the owner of the asset' },
        ...reasonOption,
      },
      reports: ['request-report'],
      examples: [
        'baton configure dev/shop/Queue VisibilityTimeout=45 --reason "slow consumer"',
        'baton configure 5f1c0a9e2b7d4c3f8a6e1d0b9c8a7f6e \'Tags.0={"Key":"tier","Value":"one"}\'',
        'baton configure dev/shop/Queue --release VisibilityTimeout',
      ],
      load: () => import('../commands/configure.ts'),
    }),
    command({
      name: 'scale',
      summary: 'Change the capacity of an asset, and nothing else',
      description:
        'ASSET is an id, or ENVIRONMENT/NAME/LOGICAL-ID. The capacity must be within the bounds that its manifest declares under\n' +
        'Baton.scaling, and within the rules of its type. Where the manifest declares scaling, manifests submitted later leave\n' +
        'the capacity as it is; elsewhere, as with configure, until they say something new of it.',
      operand: { name: 'ASSET', count: 'one' },
      options: {
        to: { kind: 'text', placeholder: 'N', help: 'The new capacity' },
        property: {
          kind: 'text',
          placeholder: 'PATH',
          help: 'Which capacity, for types that have several: ProvisionedThroughput.ReadCapacityUnits',
        },
        'with-group': {
          kind: 'flag',
          help: 'Also scale the Auto Scaling group that the tasks of the service run on: before it to more, after it to less',
        },
        'per-instance': {
          kind: 'text',
          placeholder: 'N',
          help: 'How many tasks fit on an instance, with --with-group; by default as many as run on one now',
        },
        ...watchOptions,
        owner: { kind: 'text', placeholder: 'NAME', help: 'Who asks; by default the owner of the asset' },
        ...reasonOption,
      },
      reports: ['request-report'],
      examples: [
        'baton scale prod/shop/Api --to 12 --reason "sale starts at noon"',
        'baton scale prod/shop/Orders --property ProvisionedThroughput.ReadCapacityUnits --to 400',
        'baton scale prod/shop/Api --to 40 --with-group --per-instance 4',
      ],
      load: () => import('../commands/scale.ts'),
    }),
    command({
      name: 'restart',
      summary: 'Restart assets, and change none of their properties',
      description:
        'ASSET is an id, or ENVIRONMENT/NAME/LOGICAL-ID. An Amazon ECS service (AWS::ECS::Service) can be restarted: its tasks are\n' +
        'replaced by new ones. If the asset has health checks, they must hold before the request completes.',
      operand: { name: 'ASSET', count: 'many' },
      options: {
        ...watchOptions,
        owner: { kind: 'text', placeholder: 'NAME', help: 'Who asks; by default the owner of the assets' },
        ...reasonOption,
      },
      reports: ['request-report'],
      examples: ['baton restart prod/shop/Api --reason "requests hang (INC-1235)"'],
      load: () => import('../commands/restart.ts'),
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
