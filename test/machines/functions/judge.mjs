/** A function that judges shifts. The variable ANSWER says how. */
const answers = {
  pass: () => ({ verdict: 'pass' }),
  fail: () => ({ verdict: 'fail' }),
  later: ({ step }) => ({ verdict: step === 0 ? 'pass' : 'fail' }),
  throws: () => {
    throw new Error('{"verdict":"pass"}');
  },
  hangs: () => new Promise(() => {}),
  large: () => ({ verdict: 'pass', log: 'x'.repeat(5_900_000) }),
  larger: () => ({ verdict: 'pass', log: 'x'.repeat(6_300_000) }),
  text: () => 'pass',
};

export async function handler(event) {
  console.log(`asked ${JSON.stringify(event)}`);
  return answers[process.env.ANSWER](event);
}
