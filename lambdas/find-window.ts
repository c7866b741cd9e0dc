/** State `FindWindow`. */
export async function handler() {
  return { window: 'Open', waitSeconds: 1 };
}
