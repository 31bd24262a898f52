import { type Clock, milliseconds } from '@terrace/kit'

/** How long a line may wait for others. */
const DELAY = milliseconds(20)
/** Characters that are written at once. */
const FULL = 16_384

/** Writes lines in batches: standard output is a pipe, and each write to it stops the event loop. */
export interface LineWriter {
  readonly write: (line: string) => void
  /** Writes what is waiting; to be called before the process ends. */
  readonly flush: () => void
}

export function lineWriter(clock: Clock, write: (text: string) => void): LineWriter {
  let waiting = ''
  const flush = () => {
    const text = waiting
    waiting = ''
    if (text) write(text)
  }
  return {
    flush,
    write(line) {
      if (waiting === '') clock.after(DELAY, flush)
      waiting += line
      if (waiting.length > FULL) flush()
    },
  }
}
