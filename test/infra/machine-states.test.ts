import { describe, expect, test } from 'vitest';
import { machines, type State } from './rendered-machines.ts';

/** States without an output, and why. */
const silent: Record<string, string> = {
  RegisterAsset: 'the last state of a child: the map gathers the outputs of 10,000 in one state',
  Noted: 'the last state of a child',
};

/** Verbs that name tasks. */
const verbs =
  /^(Admit|Apply|Await|Begin|Close|Count|Decide|Evaluate|Find|Lock|Observe|Open|Perform|Plan|Pump|Record|Register|Rehearse|Repeat|Request|Revalidate|Settle|Undo|Verify)(?=[A-Z]|$)/;

/** Returns all outputs that a state may have. A choice has one for each rule. */
function outputsOf({ Type, Output, Choices = [] }: State): unknown[] {
  return Type === 'Choice' ? [Output, ...Choices.map((rule) => rule.Output)] : [Output];
}

function saysNothing(output: unknown): boolean {
  if (typeof output === 'string') return output === '{% $states.input %}';
  return output === undefined || Object.keys(output as object).length === 0;
}

for (const [machine, states] of machines) {
  describe(`${machine}: every state`, () => {
    test('has a comment, which is a question for a choice', () => {
      expect(states.length).toBeGreaterThan(2);
      const wrong = states.filter(([, { Type, Comment = '' }]) =>
        Type === 'Choice' ? !Comment.endsWith('?') : Comment === '' || Comment.endsWith('?'),
      );
      expect(wrong.map(([name]) => name)).toEqual([]);
    });

    test('has a verb as its name, if it is a task', () => {
      const tasks = states.filter(([, { Type }]) => Type === 'Task').map(([name]) => name);
      expect(tasks.length).toBeGreaterThan(0);
      expect(tasks.filter((name) => !verbs.test(name))).toEqual([]);
    });

    test('says what happened in its output, or in its error and cause', () => {
      const mute = states
        // A Wait state outputs its input, because the next state needs it.
        .filter(([name, { Type }]) => Type !== 'Wait' && silent[name] === undefined)
        .filter(([, state]) =>
          state.Type === 'Fail' ? !state.Error || !state.Cause : outputsOf(state).some(saysNothing),
        );
      expect(mute.map(([name]) => name)).toEqual([]);
    });
  });
}

test('states without an output are the last of their children, and exist', () => {
  const all = [...machines.values()].flat();
  for (const name of Object.keys(silent))
    expect(all.filter(([found]) => found === name).map(([, { Output }]) => Output)).toEqual([{}]);
});
