import type { NamingRules } from '../../change/assume/voices.ts';
import type { GovernanceBundle } from '../../change/governance-bundle.ts';
import type { Settings } from '../../model/settings.ts';

export interface NamingServices {
  settings: Settings;
  /** Returns the deployed governance of an environment. */
  governance(environment: string): Pick<GovernanceBundle, 'levels' | 'policies'>;
}

/** Returns the deployed settings and governance that name people, for `baton governance check`. */
export function namingOf({ settings, governance }: NamingServices): NamingRules {
  const { groups, people, senders, mayAsk, scopes, environments } = settings;
  const named = Object.keys(environments).map((name): [string, { groups: string[] }] => {
    const { levels, policies } = governance(name);
    const byLevel = Object.values(levels).flatMap((level) => level.groups);
    const byPolicy = policies.flatMap(({ text }) =>
      [...text.matchAll(/\bGroup::"([^"]+)"/g)].map(([, group = '']) => group),
    );
    return [name, { groups: [...new Set([...byLevel, ...byPolicy])].sort() }];
  });
  return { groups, people, senders, mayAsk, scopes, environments: Object.fromEntries(named) };
}
