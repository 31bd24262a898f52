import { type Clock, type Duration, seconds } from '@terrace/kit'
import { AwsError } from './errors.ts'

/** How long a client may send nothing in the middle of a body. differs: AWS doesn't say how long it waits */
export const LONGEST_STALL: Duration = seconds(20)

/** A body that stopped coming; the connection ends with the answer. */
export class RequestTimeout extends AwsError {
  constructor() {
    super(
      'RequestTimeout',
      400,
      'Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.',
      { headers: { connection: 'close' } },
    )
  }
}

/** Lets a body through for as long as it comes. @throws RequestTimeout */
export async function* withoutStalls(source: AsyncGenerator<Buffer>, clock: Clock): AsyncGenerator<Buffer> {
  try {
    for (;;) {
      const { done, value } = await inTime(source.next(), clock)
      if (done) return
      yield value
    }
  } finally {
    // Not waited for: what still waits for bytes ends with its connection.
    source.return(undefined).catch(() => {})
  }
}

function inTime<T>(coming: Promise<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = clock.after(LONGEST_STALL, () => reject(new RequestTimeout()))
    const settle = (finish: () => void) => {
      stop()
      finish()
    }
    coming.then(
      value => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    )
  })
}
