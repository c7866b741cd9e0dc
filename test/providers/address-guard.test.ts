import { describe, expect, test } from 'vitest';
import { refusedAddress } from '../../lib/providers/address-guard.ts';
import { AddressRefused, accepts, statusOf } from '../../lib/providers/probe.ts';

describe('addresses that nothing can make Baton connect to', () => {
  const refused = [
    ...[
      '0.0.0.0',
      '0.1.2.3',
      '127.0.0.1',
      '127.255.255.254',
      '169.254.169.254',
      '169.254.100.1',
      '169.254.170.2',
    ],
    ...[
      '100.64.0.1',
      '192.0.0.1',
      '198.18.0.1',
      '224.0.0.1',
      '239.255.255.255',
      '240.0.0.1',
      '255.255.255.255',
    ],
    ...[
      '::',
      '::1',
      '0:0:0:0:0:0:0:1',
      '::7f00:1',
      'fe80::1',
      'fe80::1%lo',
      'fec0::1',
      'ff02::1',
      'fd00:ec2::254',
    ],
    ...[
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::FFFF:a9fe:a9fe',
      '0:0:0:0:0:ffff:169.254.169.254',
      '::ffff:0:127.0.0.1',
    ],
    ...[
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '2001:0:7f00:1::',
      '100::1',
      'localhost',
      '',
      '2130706433',
      '127.1',
      '0x7f.1',
    ],
  ];
  for (const address of refused) test(address, () => expect(refusedAddress(address)).toBeDefined());

  const open = ['10.0.0.5', '172.16.0.1', '192.168.1.1', '52.94.236.248', '203.0.113.9', '198.51.100.1'];
  for (const address of [...open, '2600:1f18::1', 'fd12:3456::1', '::ffff:52.94.236.248'])
    test(`${address} is allowed`, () => expect(refusedAddress(address)).toBeUndefined());
});

describe('this machine is unreachable in any spelling', () => {
  const hosts = [
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    'localhost',
    '0',
  ];
  for (const host of hosts) {
    test(`http ${host}`, async () => {
      await expect(statusOf(`http://${host}:9/`)).rejects.toThrow(AddressRefused);
    });
    test(`tcp ${host}`, async () => {
      await expect(accepts(host, 9)).rejects.toThrow(AddressRefused);
    });
  }
});
