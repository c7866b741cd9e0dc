import { Stack, type StackProps } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Settings } from '../model/settings.ts';
import { Alarms } from './alarms.ts';
import { eventBus, guardBus } from './bus.ts';
import { configParameter } from './config-parameter.ts';
import { Dashboard } from './dashboard.ts';
import { documentsBuckets } from './documents.ts';
import { Door } from './door.ts';
import { dataKey } from './encryption.ts';
import { TaskFunctions } from './functions.ts';
import { type MachineTable, machineTable } from './machine-table.ts';
import { Machines } from './machines.ts';
import { ProvisioningRoles } from './provisioning-roles.ts';
import { reachOf } from './reach.ts';
import { readerPolicy } from './reader.ts';
import { type RuleTable, ruleTable } from './rule-table.ts';
import { Rules } from './rules.ts';
import { sealKey } from './seal.ts';
import { warnOfSharedAccounts } from './shared-account.ts';
import { inventoryIndexes, ledgerIndexes, singleTable } from './tables.ts';

export interface BatonStackProps extends StackProps {
  settings: Settings;
  /** The bundled handlers with the files next to them. */
  code: lambda.Code;
  /** Rows in addition to Baton's own. */
  more?: { machines?: MachineTable; rules?: RuleTable };
}

/** All of Baton in one account and region. */
export class BatonStack extends Stack {
  constructor(scope: Construct, id: string, props: BatonStackProps) {
    super(scope, id, { description: 'Baton: governed infrastructure orchestration', ...props });
    const { settings, code, more } = props;
    const machineRows = { ...machineTable, ...more?.machines };
    const logRetention = settings.logRetentionDays;

    const key = dataKey(this);
    const inventory = singleTable(this, 'Inventory', { key, indexes: inventoryIndexes });
    const ledger = singleTable(this, 'Ledger', { key, indexes: ledgerIndexes });
    const { documents, accessLogs } = documentsBuckets(this, key);
    const bus = eventBus(this, key);
    const signing = sealKey(this);

    const stores = { key, sealKey: signing, inventory, ledger, documents, bus };
    const provisioning = new ProvisioningRoles(this, 'Provisioning', { settings, accessLogs, ...stores });
    const reach = reachOf(this, {
      settings,
      provisioningRoleArns: provisioning.arns,
      machines: machineRows,
      ...stores,
    });

    const functions = new TaskFunctions(this, 'Functions', { code, reach, logRetention });
    const machines = new Machines(this, 'Machines', {
      table: machineRows,
      functions: functions.byName,
      logRetention,
    });
    const rules = new Rules(this, 'Rules', {
      table: { ...ruleTable, ...more?.rules },
      bus,
      machines,
      machineTable: machineRows,
      functions: functions.byName,
      settings,
    });

    const { 'front-door': requests, 'decision-door': decisions } = functions.byName;
    const door = new Door(this, 'Door', { requests, decisions, settings });
    guardBus(bus, settings.senders, {
      publishers: functions.rolesWith('events:publish'),
      door: functions.rolesOf('front-door'),
    });
    readerPolicy(this, reach);
    configParameter(this, reach, door);
    const alarms = new Alarms(this, 'Alarms', { rules, machines, settings });
    new Dashboard(this, 'Dashboard', { alarms, rules, machines });
    warnOfSharedAccounts(this, settings);
  }
}
