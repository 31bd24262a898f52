/** An answer that goes on for as long as somebody reads. */
export interface StreamedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: AsyncIterable<Uint8Array>
}

/** Whether an operation answers with the bytes of an event stream. */
export const isEventStream = (output: unknown): output is AsyncIterable<Uint8Array> =>
  typeof output === 'object' && output !== null && Symbol.asyncIterator in output

/** @see smithy.io "Amazon Event Stream specification" */
export const eventStreamAnswer = (body: AsyncIterable<Uint8Array>, requestId: string): StreamedAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': requestId },
  body,
})
