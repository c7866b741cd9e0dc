import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Functions, MachineParts } from '../../statemachines/parts.ts';
import { BatonError } from '../model/errors.ts';
import { Machine } from './machine.ts';
import type { MachineName, MachineTable } from './machine-table.ts';
import { pascalCase } from './names.ts';

/** A row of the machine or rule table names a machine that can't be created. */
export class MachineNotUsable extends BatonError {
  override readonly name = 'MachineNotUsable';
}

export interface MachinesProps {
  table: MachineTable;
  functions: Functions;
  logRetention: logs.RetentionDays;
}

/** The machines of the table, each with access only to those that it starts. */
export class Machines extends Construct {
  private readonly made = new Map<string, sfn.StateMachine>();
  private readonly props: MachinesProps;

  /** @throws MachineNotUsable if rows start each other, or start a machine without a row */
  constructor(scope: Construct, id: string, props: MachinesProps) {
    super(scope, id);
    this.props = props;
    for (const name of Object.keys(props.table)) this.make(name, []);
  }

  /** @throws MachineNotUsable if there is no such machine */
  named(name: string): sfn.StateMachine {
    const machine = this.made.get(name);
    if (machine === undefined) throw new MachineNotUsable(`there is no machine ${name} (machine-table.ts)`);
    return machine;
  }

  get all(): sfn.StateMachine[] {
    return Object.keys(this.props.table).map((name) => this.named(name));
  }

  /** Creates started machines first, in any order of the rows. */
  private make(name: string, startedBy: string[]): sfn.StateMachine {
    const made = this.made.get(name);
    if (made !== undefined) return made;
    const { table, functions, logRetention } = this.props;
    const row = table[name];
    const path = [...startedBy, name].join(' → ');
    if (row === undefined)
      throw new MachineNotUsable(`${path}: there is no machine ${name} (machine-table.ts)`);
    if (startedBy.includes(name))
      throw new MachineNotUsable(`${path}: expected machines that don't start each other (machine-table.ts)`);
    const started = row.starts.map((inner) => [inner, this.make(inner, [...startedBy, name])]);
    const machines = Object.fromEntries(started) as MachineParts<MachineName>['machines'];
    const { stateMachine } = new Machine(this, pascalCase(name), {
      name,
      comment: row.comment,
      timeout: row.timeout,
      definition: (scope) => row.definition(scope, { functions, machines }),
      logRetention,
    });
    this.made.set(name, stateMachine);
    return stateMachine;
  }
}
