import { crc32 } from 'node:zlib'

/** Which receive of which message a receipt handle stands for. */
export interface Receipt {
  readonly queue: string
  readonly sequence: number
  /** The message's count of receives at that time. */
  readonly receive: number
}

/** Opaque to its holder; still good after a restart. */
export function writeReceipt({ queue, sequence, receive }: Receipt): string {
  const text = `${queue} ${sequence} ${receive}`
  return Buffer.from(`${text} ${crc32(text)}`).toString('base64')
}

/** Nothing when no queue of ours has given it. */
export function readReceipt(handle: string): Receipt | undefined {
  const parts = Buffer.from(handle, 'base64').toString('latin1').split(' ')
  const [queue, sequence, receive, check] = parts
  if (parts.length !== 4 || queue === undefined) return undefined
  if (crc32(`${queue} ${sequence} ${receive}`) !== Number(check)) return undefined
  return { queue, sequence: Number(sequence), receive: Number(receive) }
}
