/** Cuts a stream of text into its lines, without their `\n`. A last line without an end is a line too. */
export async function* linesOf(stream: AsyncIterable<string>): AsyncIterable<string> {
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}
