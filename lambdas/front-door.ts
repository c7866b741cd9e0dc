/** Target of the function URL. */
export async function handler(): Promise<{ statusCode: number }> {
  return { statusCode: 501 };
}
